using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>The saved values of a node's widgets, whether the file has them in order or by name.</summary>
internal interface IWidgetValues
{
    /// <summary>How many values there are.</summary>
    int Count { get; }

    /// <summary>The index of the next widget's value in the file's list; -1 when values go by name.</summary>
    int NextSlot { get; }

    /// <summary>The value of the next widget; false when the file has none for it.</summary>
    bool TryTake(string widgetName, out JsonNode? value);

    /// <summary>Passes over slots of widgets that are never sent.</summary>
    void Skip(int slots);
}

internal static class WidgetValues
{
    internal static IWidgetValues For(GraphNode node, ComfyUINodeDefinition definition)
        => node.ReadOnlyValues is { ValueKind: JsonValueKind.Array } list && !ForceInputMigration.HasForced(definition)
            ? new ReadWidgetValues(list)
            : ForNodes(node, definition);

    private static IWidgetValues ForNodes(GraphNode node, ComfyUINodeDefinition definition) => node.WidgetValues switch
    {
        JsonArray array => ForceInputMigration.Apply(array, definition),
        JsonObject map => new NamedWidgetValues(map),
        _ when node.NamedWidgetValues is { } named => new NamedWidgetValues(named),
        _ => new OrderedWidgetValues([]),
    };
}

/// <summary>
/// Values strictly by position. The interface never looks for a better fit, and neither do we: a value in the slot of
/// control_after_generate is swallowed, whatever it is.
/// </summary>
/// <param name="values">The values.</param>
/// <param name="slots">Where each of them stands in the file; null when they are the file's own list.</param>
internal sealed class OrderedWidgetValues(IList<JsonNode?> values, IReadOnlyList<int>? slots = null) : IWidgetValues
{
    private int _next;

    public int Count => values.Count;

    public int NextSlot => slots is null ? _next : _next < slots.Count ? slots[_next] : slots.Count > 0 ? slots[slots.Count - 1] + 1 + _next - slots.Count : _next;

    public bool TryTake(string widgetName, out JsonNode? value)
    {
        bool found = _next < values.Count;
        value = found ? values[_next] : null;
        _next++;
        return found;
    }

    public void Skip(int slots) => _next += slots;
}

/// <summary>The same for a list that nobody is going to edit: of the text only the values are read that a widget takes.</summary>
internal sealed class ReadWidgetValues(JsonElement values) : IWidgetValues
{
    public int Count { get; } = values.GetArrayLength();

    public int NextSlot { get; private set; }

    public bool TryTake(string widgetName, out JsonNode? value)
    {
        bool found = NextSlot < Count;
        value = found ? JsonText.ToNode(values[NextSlot]) : null;
        NextSlot++;
        return found;
    }

    public void Skip(int slots) => NextSlot += slots;
}

/// <summary>Values by the widget's name, as VideoHelperSuite writes them.</summary>
internal sealed class NamedWidgetValues(JsonObject values) : IWidgetValues
{
    public int Count => values.Count;

    public int NextSlot => -1;

    public bool TryTake(string widgetName, out JsonNode? value) => values.TryGetPropertyValue(widgetName, out value);

    public void Skip(int slots)
    {
    }
}
