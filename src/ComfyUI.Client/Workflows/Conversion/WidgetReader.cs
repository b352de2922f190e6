using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Builds a node's widgets and inputs as the interface does when it loads the file: the catalogue decides which there are
/// and in which order, the file fills in values and links.
/// </summary>
internal static class WidgetReader
{
    internal static void Read(NodeInstance instance)
    {
        GraphNode node = instance.Node;
        if (instance.Definition is null)
        {
            UnknownNodeReader.Read(instance);
            return;
        }

        IWidgetValues values = WidgetValues.For(node, instance.Definition);
        NodeLayout layout = NodeLayout.Build(instance.Definition, node, values);

        // The array no longer fits the server's idea of the node; names do, if the file has them.
        if (node.NamedWidgetValues is { } named && node.WidgetValues is not JsonObject && values.Count != layout.SlotCount)
        {
            layout = NodeLayout.Build(instance.Definition, node, new NamedWidgetValues(named));
        }

        instance.Widgets = layout.Widgets;
        instance.Inputs = LiveInputs(node, layout);
    }

    /// <summary>Plain sockets first, then those of widgets, then what the file has and the catalogue lacks.</summary>
    private static List<LiveInput> LiveInputs(GraphNode node, NodeLayout layout)
    {
        var saved = new SavedInputs(node);
        var inputs = new List<LiveInput>(node.Inputs.Count);
        foreach (LayoutSocket socket in layout.Sockets)
        {
            Add(inputs, saved, socket, layout);
        }

        foreach (LayoutSocket socket in layout.WidgetSockets)
        {
            Add(inputs, saved, socket, layout);
        }

        foreach (GraphSlot slot in saved.Rest())
        {
            // The socket of a widget the node no longer has goes with it.
            if (!slot.HasWidget)
            {
                inputs.Add(new LiveInput(slot.Name, slot.Type, slot.LinkId, null));
            }
        }

        return inputs;
    }

    private static void Add(List<LiveInput> inputs, SavedInputs saved, LayoutSocket socket, NodeLayout layout)
    {
        if (socket.IsGroup)
        {
            foreach (GraphSlot slot in saved.TakeGroup(socket.Name + "."))
            {
                inputs.Add(new LiveInput(slot.Name, slot.Type, slot.LinkId, slot.HasWidget ? Placeholder(slot, layout) : null));
            }
        }
        else
        {
            GraphSlot? slot = saved.Take(socket.Name);
            string type = socket.Type == SlotType.Any && slot is not null ? slot.Type : socket.Type;
            inputs.Add(new LiveInput(socket.Name, type, slot?.LinkId, socket.Widget));
        }
    }

    // The interface keeps an empty widget for an autogrow socket that the file marks as a widget's: nothing is saved for it,
    // but a subgraph can promote it.
    private static Widget Placeholder(GraphSlot slot, NodeLayout layout)
    {
        var widget = new Widget(slot.Name, null);
        layout.Widgets.Add(widget);
        return widget;
    }

    /// <summary>The file's inputs by name, each handed out once.</summary>
    private sealed class SavedInputs
    {
        private readonly GraphNode _node;
        private readonly bool[] _taken;
        private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

        internal SavedInputs(GraphNode node)
        {
            _node = node;
            _taken = new bool[node.Inputs.Count];
            for (int i = node.Inputs.Count - 1; i >= 0; i--)
            {
                if (node.Inputs[i].WidgetName is { } widgetName)
                {
                    _byName[widgetName] = i;
                }
            }

            for (int i = node.Inputs.Count - 1; i >= 0; i--)
            {
                _byName[node.Inputs[i].Name] = i;
            }
        }

        internal GraphSlot? Take(string name)
        {
            if (!_byName.TryGetValue(name, out int index) || _taken[index])
            {
                return null;
            }

            _taken[index] = true;
            return _node.Inputs[index];
        }

        internal IEnumerable<GraphSlot> TakeGroup(string prefix)
        {
            for (int i = 0; i < _taken.Length; i++)
            {
                if (!_taken[i] && _node.Inputs[i].Name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    _taken[i] = true;
                    yield return _node.Inputs[i];
                }
            }
        }

        internal IEnumerable<GraphSlot> Rest()
        {
            for (int i = 0; i < _taken.Length; i++)
            {
                if (!_taken[i])
                {
                    yield return _node.Inputs[i];
                }
            }
        }
    }
}
