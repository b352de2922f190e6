using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One graph at one place: the root, or a subgraph inside one particular node. A subgraph used twice has two scopes.</summary>
internal sealed class GraphScope(WorkflowGraph graph, NodeInstance? host)
{
    private readonly NodeInstance[] _nodes = new NodeInstance[graph.Nodes.Count];
    private Dictionary<string, NodeInstance>? _setNodes;
    private Dictionary<string, (NodeInstance Node, LiveInput Input)>? _inputsByLink;

    internal WorkflowGraph Graph { get; } = graph;

    /// <summary>The node this scope is the inside of; null for the root.</summary>
    internal NodeInstance? Host { get; } = host;

    internal SubgraphDefinition? Definition => Graph as SubgraphDefinition;

    /// <summary>The graph's nodes here, in its order.</summary>
    internal IReadOnlyList<NodeInstance> Nodes => _nodes;

    /// <summary>How many subgraphs this one is inside of.</summary>
    internal int Depth { get; } = host is null ? 0 : host.Scope.Depth + 1;

    /// <summary>What ids in here begin with.</summary>
    internal string Prefix { get; } = host is null ? string.Empty : host.ExecutionId + ":";

    /// <summary>Puts a node into the place that it has in the graph.</summary>
    internal void Place(int index, NodeInstance node) => _nodes[index] = node;

    /// <summary>The node of that id in here; null when there is none.</summary>
    internal NodeInstance? Find(string id) => Graph.IndexOf(id) is var index && index >= 0 ? _nodes[index] : null;

    /// <summary>The Set node of that name, in this graph or one around it.</summary>
    internal NodeInstance? FindSetNode(string name)
    {
        for (GraphScope? scope = this; scope is not null; scope = scope.Host?.Scope)
        {
            if (scope.SetNodes().TryGetValue(name, out NodeInstance? node))
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>The input that a link from the subgraph's inputs ends at; null when none says it has that link.</summary>
    internal (NodeInstance Node, LiveInput Input)? FindFedInput(string linkId)
    {
        if (_inputsByLink is null)
        {
            _inputsByLink = new Dictionary<string, (NodeInstance Node, LiveInput Input)>(StringComparer.Ordinal);
            foreach (NodeInstance node in _nodes)
            {
                if (!IsFedFrom(node.Node, link => link.ComesFromSubgraphInput))
                {
                    continue;
                }

                node.Keep();
                foreach (LiveInput input in node.Inputs)
                {
                    if (input.LinkId is not null && Graph.Links.TryGetValue(input.LinkId, out GraphLink link) && link.ComesFromSubgraphInput
                        && (!_inputsByLink.ContainsKey(input.LinkId) || link.TargetId == node.Node.Id))
                    {
                        _inputsByLink[input.LinkId] = (node, input);
                    }
                }
            }
        }

        return _inputsByLink.TryGetValue(linkId, out (NodeInstance Node, LiveInput Input) found) ? found : null;
    }

    /// <summary>Whether the file has a link of some kind at a node. To find that out the node's inputs need not be laid out.</summary>
    internal bool IsFedFrom(GraphNode node, Func<GraphLink, bool> isMeant)
    {
        bool isFed = Array.Exists(node.Inputs, slot => slot.LinkId is not null && Graph.Links.TryGetValue(slot.LinkId, out GraphLink link) && isMeant(link));
        node.ReleaseInputs();
        return isFed;
    }

    private Dictionary<string, NodeInstance> SetNodes()
    {
        if (_setNodes is null)
        {
            _setNodes = new Dictionary<string, NodeInstance>(StringComparer.Ordinal);
            foreach (NodeInstance node in _nodes)
            {
                if (VirtualNodes.IsSet(node.Node) && VirtualNodes.PairName(node.Node) is { } name)
                {
                    _setNodes[name] = node;
                }
            }
        }

        return _setNodes;
    }
}
