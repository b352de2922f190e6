using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One level of a workflow: its root, or the inside of a subgraph or group node.</summary>
internal class WorkflowGraph
{
    /// <summary>The nodes in the file's order.</summary>
    internal List<GraphNode> Nodes { get; } = [];

    internal Dictionary<string, GraphLink> Links { get; } = new(StringComparer.Ordinal);
}
