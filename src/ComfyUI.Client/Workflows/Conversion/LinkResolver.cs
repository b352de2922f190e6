using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>
/// Follows links back to what really feeds an input: through reroutes, bypassed nodes, Get and Set pairs, into subgraphs
/// and out of them. It walks instead of recursing and remembers what it found, so long chains cost their length once.
/// </summary>
internal sealed class LinkResolver(ICollection<ComfyUIConversionWarning> warnings)
{
    private readonly Dictionary<Step, LinkSource> _known = [];
    private HashSet<Step> _visited = [];

    /// <summary>One place on the way: an input or output of a node, and the type that is wanted there.</summary>
    private readonly record struct Step(NodeInstance Node, bool IsInput, int Slot, string? Type);

    internal LinkSource Resolve(NodeInstance node, int inputIndex)
    {
        var step = new Step(node, true, inputIndex, null);
        Step? next = Advance(step, out LinkSource source);
        if (next is null)
        {
            return source;
        }

        if (_visited.Count > 0)
        {
            // Clearing costs the size a set once had, so one that has grown is left behind.
            _visited = _visited.Count > 32 ? [] : Emptied(_visited);
        }

        _visited.Add(step);
        while (next is { } current)
        {
            if (_known.TryGetValue(current, out source))
            {
                break;
            }

            if (!_visited.Add(current))
            {
                string input = node.Inputs[inputIndex].Name;
                throw ConversionError.At(
                    node,
                    $"The links of the workflow go in a circle: input '{input}' of node {node.ExecutionId} ({node.ClassType}) leads back to node {current.Node.ExecutionId} ({current.Node.ClassType}).",
                    ConversionError.Cycle,
                    input,
                    "Remove one of these links.");
            }

            next = Advance(current, out source);
        }

        if (_visited.Count > 2)
        {
            foreach (Step visited in _visited)
            {
                _known[visited] = source;
            }
        }

        return source;
    }

    private static HashSet<Step> Emptied(HashSet<Step> steps)
    {
        steps.Clear();
        return steps;
    }

    /// <summary>One step along the way; null when it ends here, with what is there.</summary>
    private Step? Advance(Step step, out LinkSource source)
    {
        source = LinkSource.None;
        return step.IsInput ? FromInput(step, ref source) : FromOutput(step, ref source);
    }

    private Step? FromInput(Step step, ref LinkSource source)
    {
        NodeInstance node = step.Node;
        LiveInput input = node.Inputs[step.Slot];
        if (input.LinkId is null)
        {
            source = Shown(node, input.Widget);
            return null;
        }

        if (!node.Scope.Graph.Links.TryGetValue(input.LinkId, out GraphLink link))
        {
            Warn(node, "Input '" + input.Name + "' refers to a link that does not exist; it was left open.");
            return null;
        }

        if (link.ComesFromSubgraphInput && node.Scope.Host is { } host)
        {
            return FromHostInput(host, link.OriginSlot, ref source);
        }

        if (node.Scope.Find(link.OriginId) is not { } origin)
        {
            Warn(node, "Input '" + input.Name + "' is linked to a node that does not exist; it was left open.");
            return null;
        }

        if (origin.Kind == NodeKind.Primitive)
        {
            source = Shown(origin, origin.FindWidget("value"));
            return null;
        }

        return ToOutput(origin, link.OriginSlot, step.Type ?? input.Type, ref source);
    }

    // A widget that the subgraph's node shows without a link is linked to a new input of it when the interface loads the file.
    private static LinkSource Shown(NodeInstance node, Widget? widget)
        => widget is { HostPlace: { } place, HasValue: true }
            ? LinkSource.Literal(new PromotedWidget(node, widget, null, widget.Name) { OwnPlace = place })
            : LinkSource.None;

    private static Step? FromHostInput(NodeInstance host, int slot, ref LinkSource source)
    {
        if (slot < 0 || slot >= host.Inputs.Count)
        {
            return null;
        }

        LiveInput input = host.Inputs[slot];
        if (input.LinkId is not null && !ComesFromPrimitive(host, input))
        {
            return new Step(host, true, slot, null);
        }

        if (input.Promoted is { HasValue: true } promoted)
        {
            source = LinkSource.Literal(promoted);
        }

        return null;
    }

    // A PrimitiveNode has written its value into the promoted widget; there is nothing to follow.
    private static bool ComesFromPrimitive(NodeInstance host, LiveInput input)
        => host.Scope.Graph.Links.TryGetValue(input.LinkId!, out GraphLink link)
            && host.Scope.Find(link.OriginId) is { Kind: NodeKind.Primitive };

    // Most links end at a node of the server at once; those take no step of their own.
    private static Step? ToOutput(NodeInstance node, int slot, string type, ref LinkSource source)
    {
        if (slot < 0)
        {
            return null;
        }

        if (node.Kind is (NodeKind.Server or NodeKind.Unknown) && !node.IsBypassed)
        {
            source = LinkSource.Output(node, slot);
            return null;
        }

        return new Step(node, false, slot, type);
    }

    private Step? FromOutput(Step step, ref LinkSource source)
    {
        NodeInstance node = step.Node;
        string type = step.Type ?? SlotType.Any;
        if (node.IsBypassed && node.Kind != NodeKind.Get)
        {
            int index = BypassRule.FindInput(node, step.Slot, type);
            return index < 0 ? null : new Step(node, true, index, null);
        }

        if (node.Node.Mode == GraphNode.Muted && node.Kind is (NodeKind.Virtual or NodeKind.Get))
        {
            // The server's muted nodes are sorted out when the prompt is written; these never get there.
            return null;
        }

        switch (node.Kind)
        {
            case NodeKind.Host:
                return IntoSubgraph(node, step.Slot, type, ref source);
            case NodeKind.Get:
                if (VirtualNodes.PairName(node.Node) is { } name && node.Scope.FindSetNode(name) is { Inputs.Count: > 0 } set)
                {
                    return new Step(set, true, 0, type);
                }

                Warn(node, "There is no Set node of the same name; what reads it was left open.");
                return null;
            default:
                return step.Slot >= 0 && step.Slot < node.Inputs.Count ? new Step(node, true, step.Slot, type) : null;
        }
    }

    private static Step? IntoSubgraph(NodeInstance host, int slot, string type, ref LinkSource source)
    {
        SubgraphDefinition subgraph = host.Subgraph!;
        if (slot < 0 || slot >= subgraph.Outputs.Count || subgraph.FindOutputLink(slot) is not { } link)
        {
            return null;
        }

        if (link.ComesFromSubgraphInput)
        {
            return FromHostInput(host, link.OriginSlot, ref source);
        }

        return host.Inside!.Find(link.OriginId) is { } inner ? ToOutput(inner, link.OriginSlot, type, ref source) : null;
    }

    private void Warn(NodeInstance node, string message) => warnings.Add(new ComfyUIConversionWarning(node.ExecutionId, node.ClassType, message));
}
