using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One graph at one place: the root, or a subgraph inside one particular node. A subgraph used twice has two scopes.</summary>
internal sealed class GraphScope(WorkflowGraph graph, NodeInstance? host)
{
    private Dictionary<string, NodeInstance>? _setNodes;

    internal WorkflowGraph Graph { get; } = graph;

    /// <summary>The node this scope is the inside of; null for the root.</summary>
    internal NodeInstance? Host { get; } = host;

    internal SubgraphDefinition? Definition => Graph as SubgraphDefinition;

    internal Dictionary<string, NodeInstance> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>How many subgraphs this one is inside of.</summary>
    internal int Depth { get; } = host is null ? 0 : host.Scope.Depth + 1;

    /// <summary>What ids in here begin with.</summary>
    internal string Prefix { get; } = host is null ? string.Empty : host.ExecutionId + ":";

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

    private Dictionary<string, NodeInstance> SetNodes()
    {
        if (_setNodes is null)
        {
            _setNodes = new Dictionary<string, NodeInstance>(StringComparer.Ordinal);
            foreach (NodeInstance node in Nodes.Values)
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
