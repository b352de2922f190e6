using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Builds a node's widgets and inputs as the interface does when it loads the file: the catalogue decides which there are
/// and in which order, the file fills in values and links.
/// </summary>
internal sealed class WidgetReader
{
    private readonly LayoutSockets _sockets = new();

    internal void Read(NodeInstance instance)
    {
        GraphNode node = instance.Node;
        if (instance.Definition is null)
        {
            UnknownNodeReader.Read(instance);
            return;
        }

        IWidgetValues values = WidgetValues.For(node, instance.Definition);
        NodeLayout layout = NodeLayout.Build(instance.Definition, node, values, _sockets);

        // The array no longer fits the server's idea of the node; names do, if the file has them.
        if (node.NamedWidgetValues is { } named && node.WidgetValues is not JsonObject && values.Count != layout.SlotCount)
        {
            layout = NodeLayout.Build(instance.Definition, node, new NamedWidgetValues(named), _sockets);
        }

        instance.Widgets = layout.Widgets;
        instance.Inputs = LiveInputs(node, layout);
    }

    /// <summary>Plain sockets first, then those of widgets, then what the file has and the catalogue lacks.</summary>
    private static List<LiveInput> LiveInputs(GraphNode node, NodeLayout layout)
    {
        var saved = new SavedInputs(node);
        var inputs = new List<LiveInput>(layout.Sockets.Count + layout.WidgetSockets.Count);
        foreach (LayoutSocket socket in layout.Sockets)
        {
            Add(inputs, saved, socket, layout);
        }

        foreach (LayoutSocket socket in layout.WidgetSockets)
        {
            Add(inputs, saved, socket, layout);
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            GraphSlot slot = node.Inputs[i];

            // The socket of a widget the node no longer has goes with it.
            if (!saved.IsTaken(i) && !slot.HasWidget)
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

    /// <summary>The file's inputs by name, each handed out once. An input is known by its own name or, failing that, by its widget's.</summary>
    private sealed class SavedInputs
    {
        // Below this, looking through the list is quicker than building an index of it.
        private const int SmallCount = 16;

        private readonly GraphNode _node;
        private readonly bool[] _taken;
        private readonly Dictionary<string, int>? _byName;

        internal SavedInputs(GraphNode node)
        {
            _node = node;
            _taken = new bool[node.Inputs.Count];
            if (node.Inputs.Count > SmallCount)
            {
                _byName = IndexByName(node.Inputs);
            }
        }

        internal GraphSlot? Take(string name)
        {
            int index = Find(name);
            if (index < 0 || _taken[index])
            {
                return null;
            }

            _taken[index] = true;
            return _node.Inputs[index];
        }

        private int Find(string name)
        {
            if (_byName is not null)
            {
                return _byName.TryGetValue(name, out int index) ? index : -1;
            }

            int byWidget = -1;
            for (int i = 0; i < _node.Inputs.Count; i++)
            {
                GraphSlot slot = _node.Inputs[i];
                if (slot.Name == name)
                {
                    return i;
                }

                if (byWidget < 0 && slot.WidgetName == name)
                {
                    byWidget = i;
                }
            }

            return byWidget;
        }

        private static Dictionary<string, int> IndexByName(IReadOnlyList<GraphSlot> slots)
        {
            var index = new Dictionary<string, int>(slots.Count, StringComparer.Ordinal);
            for (int i = slots.Count - 1; i >= 0; i--)
            {
                if (slots[i].WidgetName is { } widgetName)
                {
                    index[widgetName] = i;
                }
            }

            for (int i = slots.Count - 1; i >= 0; i--)
            {
                index[slots[i].Name] = i;
            }

            return index;
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

        internal bool IsTaken(int index) => _taken[index];
    }
}
