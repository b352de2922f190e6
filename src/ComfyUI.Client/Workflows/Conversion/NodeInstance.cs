using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>A node at one place of the expanded workflow, with its inputs and widgets as the interface would have them after loading.</summary>
internal sealed class NodeInstance
{
    private Dictionary<string, Widget>? _widgetsByName;
    private IReadOnlyList<LiveInput>? _inputs;
    private IReadOnlyList<Widget>? _widgets;

    internal NodeInstance(GraphNode node, GraphScope scope, NodeKind kind, ComfyUINodeDefinition? definition, SubgraphDefinition? subgraph)
    {
        Node = node;
        Scope = scope;
        Kind = kind;
        Definition = definition;
        Subgraph = subgraph;
        ExecutionId = scope.Prefix + node.Id;
        IsActive = node.Mode is not GraphNode.Muted and not GraphNode.Bypassed && (scope.Host is null || scope.Host.IsActive);
    }

    internal GraphNode Node { get; }

    internal GraphScope Scope { get; }

    internal NodeKind Kind { get; }

    /// <summary>The server's definition; null for everything the server does not run.</summary>
    internal ComfyUINodeDefinition? Definition { get; }

    /// <summary>What a subgraph's node stands for; null for other nodes.</summary>
    internal SubgraphDefinition? Subgraph { get; }

    /// <summary>The inside of a subgraph's node; null for other nodes.</summary>
    internal GraphScope? Inside { get; set; }

    /// <summary>The id in the prompt: the ids of the subgraph nodes around it and its own, joined by colons.</summary>
    internal string ExecutionId { get; }

    /// <summary>Whether neither the node nor any subgraph around it is muted or bypassed.</summary>
    internal bool IsActive { get; }

    internal bool IsBypassed => Node.Mode == GraphNode.Bypassed;

    /// <summary>Whether the prompt holds this node.</summary>
    internal bool IsSent => IsActive && Kind is (NodeKind.Server or NodeKind.Unknown);

    internal string ClassType => Definition?.Name ?? Node.Type;

    /// <summary>Reads inputs and widgets when they are asked for; null once they are to stay.</summary>
    internal Action<NodeInstance>? Reader { get; set; }

    internal IReadOnlyList<LiveInput> Inputs
    {
        get
        {
            Read();
            return _inputs ?? [];
        }
        set => _inputs = value;
    }

    internal IReadOnlyList<Widget> Widgets
    {
        get
        {
            Read();
            return _widgets ?? [];
        }
        set => _widgets = value;
    }

    /// <summary>
    /// Lets go of inputs and widgets that can be read again: a workflow of many nodes would have them all in memory, long after each has been
    /// written.
    /// </summary>
    internal void Release()
    {
        if (Reader is not null)
        {
            (_inputs, _widgets, _widgetsByName) = (null, null, null);
            Node.ReleaseInputs();
        }
    }

    /// <summary>Keeps inputs and widgets from now on, for somebody who changes them or holds on to them.</summary>
    internal void Keep()
    {
        Read();
        Reader = null;
        Node.ReleaseInputs();
    }

    private void Read()
    {
        if (_inputs is null && Reader is not null)
        {
            // Set before, so that whoever comes back here on the way finds nothing rather than going round.
            _inputs = [];
            Reader(this);
        }
    }

    internal Widget? FindWidget(string name)
    {
        if (_widgetsByName is null)
        {
            _widgetsByName = new Dictionary<string, Widget>(StringComparer.Ordinal);
            foreach (Widget widget in Widgets)
            {
                if (!_widgetsByName.ContainsKey(widget.Name))
                {
                    _widgetsByName.Add(widget.Name, widget);
                }
            }
        }

        return _widgetsByName.TryGetValue(name, out Widget? found) ? found : null;
    }

    internal LiveInput? FindInput(string name)
    {
        foreach (LiveInput input in Inputs)
        {
            if (input.Name == name)
            {
                return input;
            }
        }

        return null;
    }

    /// <summary>The type of an output; the catalogue's, unless that depends on what is linked.</summary>
    internal string OutputType(int slot)
    {
        if (Subgraph is not null)
        {
            return slot < Subgraph.Outputs.Count ? Subgraph.Outputs[slot].Type : SlotType.Any;
        }

        if (Definition is not null && slot < Definition.Outputs.Count && Definition.Outputs[slot].Type is var type && type != SlotType.Any
            && !type.StartsWith("COMFY_", StringComparison.Ordinal))
        {
            return type;
        }

        return slot < Node.Outputs.Length ? Node.Outputs[slot].Type : SlotType.Any;
    }
}
