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
    private readonly SavedInputs _saved = new();

    internal void Read(NodeInstance instance)
    {
        GraphNode node = instance.Node;
        if (instance.Definition is null)
        {
            UnknownNodeReader.Read(instance);
            return;
        }

        _saved.Begin(node);
        IWidgetValues values = WidgetValues.For(node, instance.Definition);
        NodeLayout layout = NodeLayout.Build(instance.Definition, node, values, _saved, _sockets);

        // The array no longer fits the server's idea of the node; names do, if the file has them.
        if (node.NamedWidgetValues is { } named && node.WidgetValues is not JsonObject && values.Count != layout.SlotCount)
        {
            layout = NodeLayout.Build(instance.Definition, node, new NamedWidgetValues(named), _saved, _sockets);
        }

        instance.Widgets = layout.Widgets;
        instance.Inputs = LiveInputs(node, layout);
    }

    /// <summary>Plain sockets first, then those of widgets, then what the file has and the catalogue lacks.</summary>
    private List<LiveInput> LiveInputs(GraphNode node, NodeLayout layout)
    {
        var inputs = new List<LiveInput>(layout.Sockets.Count + layout.WidgetSockets.Count);
        foreach (LayoutSocket socket in layout.Sockets)
        {
            Add(inputs, socket, layout);
        }

        foreach (LayoutSocket socket in layout.WidgetSockets)
        {
            Add(inputs, socket, layout);
        }

        for (int i = 0; i < node.Inputs.Length; i++)
        {
            GraphSlot slot = node.Inputs[i];

            // The socket of a widget the node no longer has goes with it.
            if (!slot.HasWidget && !_saved.IsTaken(i))
            {
                inputs.Add(new LiveInput(slot.Name, slot.Type, slot.LinkId, null));
            }
        }

        return inputs;
    }

    private void Add(List<LiveInput> inputs, LayoutSocket socket, NodeLayout layout)
    {
        if (socket.IsGroup)
        {
            foreach (GraphSlot slot in _saved.TakeGroup(socket.Name + "."))
            {
                inputs.Add(new LiveInput(slot.Name, slot.Type, slot.LinkId, slot.HasWidget ? Placeholder(slot, layout) : null));
            }
        }
        else
        {
            GraphSlot? slot = _saved.Take(socket.Name);
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
}
