using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One level of a workflow: its root, or the inside of a subgraph or group node.</summary>
internal class WorkflowGraph
{
    private readonly List<GraphNode> _nodes = [];
    private Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>The nodes in the file's order. No two have the same id.</summary>
    internal IReadOnlyList<GraphNode> Nodes => _nodes;

    internal Dictionary<string, GraphLink> Links { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Makes room for so many before the first of them is read.</summary>
    internal void Expect(int nodes, int links)
    {
        _nodes.Capacity = nodes;
        _places = new Dictionary<string, int>(nodes, StringComparer.Ordinal);
        Links = new Dictionary<string, GraphLink>(links, StringComparer.Ordinal);
    }

    /// <summary>Adds a node; false when another has its id.</summary>
    internal bool TryAdd(GraphNode node)
    {
        if (IndexOf(node.Id) >= 0)
        {
            return false;
        }

        _places.Add(node.Id, _nodes.Count);
        _nodes.Add(node);
        return true;
    }

    /// <summary>The place of a node in <see cref="Nodes"/>; -1 when there is none of that id.</summary>
    internal int IndexOf(string id) => _places.TryGetValue(id, out int place) ? place : -1;

    internal GraphNode? Find(string id) => IndexOf(id) is var place && place >= 0 ? _nodes[place] : null;
}
