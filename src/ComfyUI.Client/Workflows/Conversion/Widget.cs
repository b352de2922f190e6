using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A widget of one node with the value it holds when the prompt is made.</summary>
internal sealed class Widget(string name, ComfyUIInputDefinition? definition)
{
    // A workflow has many widgets and few people ask where their values are kept, so most places are never made.
    private WidgetPlace? _place;
    private GraphNode? _keeper;
    private int _slot;
    private bool _isElsewhere;

    internal string Name { get; } = name;

    /// <summary>What the server says of the input; null for widgets that only the browser knows.</summary>
    internal ComfyUIInputDefinition? Definition { get; } = definition;

    /// <summary>The value; JSON null is one. Belongs to the document, so it is copied before it goes into a prompt.</summary>
    internal JsonNode? Value { get; private set; }

    /// <summary>Whether there is a value at all; without one the input is not sent.</summary>
    internal bool HasValue { get; private set; }

    /// <summary>Where the value is kept, or would be; null when no document can hold it.</summary>
    internal WidgetPlace? Place => _isElsewhere ? _place : _place ??= Own;

    /// <summary>Where the node itself keeps a value for it, in use or not; null when it does not.</summary>
    internal WidgetPlace? Own => _keeper is null ? null : new WidgetPlace(_keeper, _slot, Name);

    /// <summary>Where the node of the subgraph around would keep a value that wins over this one; null when it has no room for one.</summary>
    internal WidgetPlace? HostPlace { get; set; }

    internal void Set(JsonNode? value)
    {
        Value = value;
        HasValue = true;
    }

    /// <summary>Sets the value, kept elsewhere than on the node itself.</summary>
    internal void Set(JsonNode? value, WidgetPlace? place)
    {
        Set(value);
        _place = place;
        _isElsewhere = true;
    }

    /// <summary>Says that the value is kept on this node under the widget's own name, at this index of its list; -1 when values go by name.</summary>
    internal void KeptAt(GraphNode node, int slot)
    {
        _keeper = node;
        _slot = slot;
    }
}
