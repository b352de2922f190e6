using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Inputs and widgets of nodes without a definition: virtual ones, subgraphs, and classes the catalogue does not know.</summary>
internal static class UnknownNodeReader
{
    internal static void Read(NodeInstance instance)
    {
        GraphNode node = instance.Node;
        if (instance.Kind == NodeKind.Host)
        {
            instance.Inputs = HostInputs(node, instance.Subgraph!);
            return;
        }

        List<Widget> widgets = Guess(instance);
        var inputs = new List<LiveInput>(node.Inputs.Length);
        foreach (GraphSlot slot in node.Inputs)
        {
            Widget? widget = slot.HasWidget ? widgets.Find(w => w.Name == (slot.WidgetName ?? slot.Name)) : null;
            inputs.Add(new LiveInput(slot.Name, slot.Type, slot.LinkId, widget));
        }

        instance.Widgets = widgets;
        instance.Inputs = inputs;
    }

    /// <summary>A subgraph decides which inputs its node has; the node may have been saved when there were fewer.</summary>
    private static List<LiveInput> HostInputs(GraphNode node, SubgraphDefinition subgraph)
    {
        var saved = new Dictionary<string, Queue<GraphSlot>>(StringComparer.Ordinal);
        foreach (GraphSlot slot in node.Inputs)
        {
            if (!saved.TryGetValue(slot.Name, out Queue<GraphSlot>? slots))
            {
                saved.Add(slot.Name, slots = new Queue<GraphSlot>());
            }

            slots.Enqueue(slot);
        }

        var inputs = new List<LiveInput>(subgraph.Inputs.Count);
        foreach (SubgraphSlot slot in subgraph.Inputs)
        {
            GraphSlot? match = saved.TryGetValue(slot.Name, out Queue<GraphSlot>? slots) && slots.Count > 0 ? slots.Dequeue() : null;
            inputs.Add(new LiveInput(slot.Name, slot.Type, match?.LinkId, null));
        }

        return inputs;
    }

    /// <summary>
    /// The widgets as far as the file names them. Files since 2025 have a socket for each widget, in order, so that
    /// names and values can be paired when their numbers agree; control_after_generate is known by its words.
    /// </summary>
    private static List<Widget> Guess(NodeInstance instance)
    {
        GraphNode node = instance.Node;
        var widgets = new List<Widget>();
        if (instance.Kind == NodeKind.Primitive)
        {
            AddPrimitive(node, widgets);
        }
        else if (instance.Kind == NodeKind.Unknown)
        {
            JsonObject? named = node.WidgetValues as JsonObject ?? node.NamedWidgetValues;
            if (named is not null)
            {
                foreach (KeyValuePair<string, JsonNode?> pair in named)
                {
                    Add(widgets, pair.Key, pair.Value, new WidgetPlace(node, -1, pair.Key));
                }
            }
            else if (node.WidgetValues is JsonArray values)
            {
                AddByPosition(node, values, widgets);
            }
        }

        return widgets;
    }

    private static void AddPrimitive(GraphNode node, List<Widget> widgets)
    {
        if (node.WidgetValues is JsonArray { Count: > 0 } values)
        {
            Add(widgets, "value", values[0], new WidgetPlace(node, 0, "value"));
        }
    }

    private static void AddByPosition(GraphNode node, JsonArray values, List<Widget> widgets)
    {
        int next = 0;
        foreach (GraphSlot slot in node.Inputs)
        {
            if (!slot.HasWidget)
            {
                continue;
            }

            if (next > 0 && next < values.Count && IsControlWord(values[next]) && slot.Type is not (SlotType.Combo or "STRING"))
            {
                next++;
            }

            if (next < values.Count)
            {
                Add(widgets, slot.WidgetName ?? slot.Name, values[next], new WidgetPlace(node, next, slot.WidgetName ?? slot.Name));
            }

            next++;
        }
    }

    private static bool IsControlWord(JsonNode? value)
        => JsonRead.Text(value) is "fixed" or "increment" or "decrement" or "randomize" or "increment-wrap";

    private static void Add(List<Widget> widgets, string name, JsonNode? value, WidgetPlace place)
    {
        var widget = new Widget(name, null);
        widget.Set(value, place);
        widgets.Add(widget);
    }
}
