using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A widget of one node with the value it holds when the prompt is made.</summary>
internal sealed class Widget(string name, ComfyUIInputDefinition? definition)
{
    internal string Name { get; } = name;

    /// <summary>What the server says of the input; null for widgets that only the browser knows.</summary>
    internal ComfyUIInputDefinition? Definition { get; } = definition;

    internal string SlotType { get; } = definition?.Type ?? ComfyUI.Client.SlotType.Any;

    /// <summary>The value; JSON null is one. Belongs to the document, so it is copied before it goes into a prompt.</summary>
    internal JsonNode? Value { get; private set; }

    /// <summary>Whether there is a value at all; without one the input is not sent.</summary>
    internal bool HasValue { get; private set; }

    /// <summary>Where the value is kept, or would be; null when no document can hold it.</summary>
    internal WidgetPlace? Place { get; private set; }

    internal void Set(JsonNode? value)
    {
        Value = value;
        HasValue = true;
    }

    /// <summary>Sets the value, kept elsewhere than on the node itself.</summary>
    internal void Set(JsonNode? value, WidgetPlace? place)
    {
        Set(value);
        Place = place;
    }

    /// <summary>Where the node of the subgraph around would keep a value that wins over this one; null when it has no room for one.</summary>
    internal WidgetPlace? HostPlace { get; set; }

    internal void KeptAt(WidgetPlace place) => Place = place;
}
