using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A socket of a node, in the interface's order.</summary>
/// <param name="Name">The input's name; for a group, what the names of its members begin with.</param>
/// <param name="Type">The type it takes.</param>
/// <param name="Widget">The widget behind it; null for a plain socket.</param>
/// <param name="IsGroup">Whether it stands for as many sockets as the file has under that name (autogrow).</param>
internal readonly record struct LayoutSocket(string Name, string Type, Widget? Widget, bool IsGroup);

/// <summary>The sockets of one node at a time. A workflow's nodes take turns with it, so that each does not need lists of its own.</summary>
internal sealed class LayoutSockets
{
    /// <summary>Sockets that belong to no widget.</summary>
    internal List<LayoutSocket> Plain { get; } = [];

    /// <summary>Sockets of widgets, and plain ones that a dynamic combo brings along.</summary>
    internal List<LayoutSocket> OfWidgets { get; } = [];

    internal void Clear()
    {
        Plain.Clear();
        OfWidgets.Clear();
    }
}

/// <summary>The widgets and sockets of a node. Which there are can depend on values, so values are read along the way.</summary>
internal sealed class NodeLayout
{
    // Dynamic combos nest as deep as the catalogue says, and a catalogue is only another server's word.
    private const int MaxNesting = 32;

    private readonly GraphNode _node;
    private readonly IWidgetValues _values;
    private readonly SavedInputs _saved;

    private NodeLayout(GraphNode node, IWidgetValues values, SavedInputs saved, int inputCount, LayoutSockets sockets)
    {
        _node = node;
        _values = values;
        _saved = saved;
        Widgets = new List<Widget>(inputCount);
        Sockets = sockets.Plain;
        WidgetSockets = sockets.OfWidgets;
    }

    internal List<Widget> Widgets { get; }

    internal List<LayoutSocket> Sockets { get; }

    internal List<LayoutSocket> WidgetSockets { get; }

    /// <summary>How many values this node has when the interface saves it.</summary>
    internal int SlotCount { get; private set; }

    /// <param name="definition">The node's class.</param>
    /// <param name="node">The node in the file.</param>
    /// <param name="values">The values the file has for its widgets.</param>
    /// <param name="saved">The inputs the file has for it.</param>
    /// <param name="sockets">Takes the sockets; what it held before is gone.</param>
    internal static NodeLayout Build(ComfyUINodeDefinition definition, GraphNode node, IWidgetValues values, SavedInputs saved, LayoutSockets sockets)
    {
        sockets.Clear();
        var layout = new NodeLayout(node, values, saved, definition.Inputs.Count, sockets);
        bool buttonPending = false;
        bool buttonAfterRequired = !definition.HasInputOrder;
        IReadOnlyList<ComfyUIInputDefinition> inputs = definition.Inputs;
        for (int i = 0; i < inputs.Count && inputs[i].Section != ComfyUIInputSection.Hidden; i++)
        {
            ComfyUIInputDefinition input = inputs[i];
            if (buttonPending && buttonAfterRequired && input.Section == ComfyUIInputSection.Optional)
            {
                layout.SkipSlots(1);
                buttonPending = false;
            }

            layout.Add(input, input.Name, nesting: 0);
            buttonPending |= input.UploadKind is not null && input.Section == ComfyUIInputSection.Required;
        }

        if (buttonPending)
        {
            layout.SkipSlots(1);
        }

        if (definition.Name == CustomCombo.ClassName)
        {
            CustomCombo.AddWidgets(layout.Widgets, node, values);
        }

        return layout;
    }

    private void Add(ComfyUIInputDefinition input, string fullName, int nesting)
    {
        if (input.Type == WidgetTypes.Autogrow)
        {
            SocketsAt(nesting).Add(new LayoutSocket(fullName, SlotType.Any, null, IsGroup: true));
        }
        else if (!WidgetTypes.IsWidget(input) && (input.ForceInput || !_saved.IsOpenWidget(fullName)))
        {
            string type = input.Type.StartsWith("COMFY_", StringComparison.Ordinal) ? SlotType.Any : input.Type;
            SocketsAt(nesting).Add(new LayoutSocket(fullName, type, null, IsGroup: false));
        }
        else
        {
            AddWidget(input, fullName, nesting);
        }
    }

    // The interface puts what a dynamic combo brings along behind the combo, be it socket or widget.
    private List<LayoutSocket> SocketsAt(int nesting) => nesting == 0 ? Sockets : WidgetSockets;

    private void AddWidget(ComfyUIInputDefinition input, string fullName, int nesting)
    {
        var widget = new Widget(fullName, input);
        SlotCount++;
        widget.KeptAt(_node, _values.NextSlot);
        if (_values.TryTake(fullName, out JsonNode? value) || WidgetTypes.TryGetDefault(input, out value))
        {
            widget.Set(OldNames.Value(_node.Type, fullName, value));
        }

        Widgets.Add(widget);
        WidgetSockets.Add(new LayoutSocket(fullName, input.Type, widget, IsGroup: false));
        SkipSlots(WidgetTypes.ExtraSlots(input, fullName));
        if (input.WidgetType == WidgetTypes.DynamicCombo && nesting < MaxNesting)
        {
            foreach (DynamicInputOption option in input.DynamicOptions)
            {
                if (option.Key == JsonRead.Text(widget.Value))
                {
                    foreach (ComfyUIInputDefinition child in option.Inputs)
                    {
                        Add(child, fullName + "." + child.Name, nesting + 1);
                    }

                    break;
                }
            }
        }
    }

    private void SkipSlots(int slots)
    {
        SlotCount += slots;
        _values.Skip(slots);
    }
}
