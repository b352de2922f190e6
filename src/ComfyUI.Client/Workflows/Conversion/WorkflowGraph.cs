using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One level of a workflow: its root, or the inside of a subgraph or group node.</summary>
internal class WorkflowGraph
{
    /// <summary>The nodes in the file's order.</summary>
    internal List<GraphNode> Nodes { get; } = [];

    internal Dictionary<string, GraphLink> Links { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Makes room for so many links before the first of them is read.</summary>
    internal void ExpectLinks(int count) => Links = new Dictionary<string, GraphLink>(count, StringComparer.Ordinal);
}
