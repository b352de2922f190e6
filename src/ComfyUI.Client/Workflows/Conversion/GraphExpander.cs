using System;
using System.Collections.Generic;
using System.Globalization;

namespace ComfyUI.Client;

/// <summary>Lays the workflow out flat: one <see cref="NodeInstance"/> for each node at each place it is used.</summary>
internal sealed class GraphExpander(
    ComfyUINodeCatalogue catalogue,
    IReadOnlyDictionary<string, SubgraphDefinition> subgraphs,
    GroupNodeReader groupNodes,
    ConversionOptions options,
    ICollection<ComfyUIConversionWarning> warnings)
{
    // Paths grow with the depth. The deepest real workflow known has about 20 levels.
    private const int MaxDepth = 100;

    // Nodes have ten inputs or so; a file may give one a million and use it a thousand times.
    private const long SlotsPerNode = 20;

    private long _slots;

    /// <summary>All instances; a subgraph's node comes before what is inside it.</summary>
    internal List<NodeInstance> Instances { get; } = [];

    internal GraphScope Expand(WorkflowGraph graph)
    {
        Instances.Capacity = graph.Nodes.Count;
        var root = new GraphScope(graph, null);
        var pending = new Stack<GraphScope>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            GraphScope scope = pending.Pop();
            var inside = new List<GraphScope>();
            for (int i = 0; i < scope.Graph.Nodes.Count; i++)
            {
                GraphNode node = scope.Graph.Nodes[i];
                NodeInstance instance = Create(node, scope);
                scope.Place(i, instance);
                Instances.Add(instance);
                _slots += node.InputCount + (instance.Subgraph?.InputSize ?? 0);
                if (Instances.Count > options.MaxNodes || _slots > options.MaxNodes * SlotsPerNode)
                {
                    throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, string.Format(
                        CultureInfo.InvariantCulture, "The workflow has more than {0:N0} nodes once its subgraphs are expanded.", options.MaxNodes));
                }

                if (instance.Subgraph is not null)
                {
                    instance.Inside = Enter(instance, instance.Subgraph);
                    inside.Add(instance.Inside);
                }
            }

            // Last in, first out: reversed, so that the subgraphs come out in the file's order.
            for (int i = inside.Count - 1; i >= 0; i--)
            {
                pending.Push(inside[i]);
            }
        }

        return root;
    }

    private static GraphScope Enter(NodeInstance host, SubgraphDefinition definition)
    {
        for (GraphScope? around = host.Scope; around is not null; around = around.Host?.Scope)
        {
            if (ReferenceEquals(around.Graph, definition))
            {
                throw ConversionError.At(
                    host, $"The subgraph '{definition.Name}' contains itself, at node {host.ExecutionId}.", ConversionError.Failed, null, "Remove the node from inside the subgraph.");
            }
        }

        var scope = new GraphScope(definition, host);
        if (scope.Depth > MaxDepth)
        {
            throw ConversionError.At(
                host, "The workflow's subgraphs are nested more than 100 levels deep.", ConversionError.Failed, null, "Unpack some of the subgraphs in the browser.");
        }

        return scope;
    }

    private NodeInstance Create(GraphNode node, GraphScope scope)
    {
        if (subgraphs.TryGetValue(node.Type, out SubgraphDefinition? subgraph))
        {
            return new NodeInstance(node, scope, NodeKind.Host, null, subgraph);
        }

        if (groupNodes.Find(node.Type) is { } group)
        {
            return new NodeInstance(node, scope, NodeKind.Host, null, group.Graph);
        }

        if (catalogue.TryGet(node.Type, out ComfyUINodeDefinition? definition))
        {
            return new NodeInstance(node, scope, NodeKind.Server, definition, null);
        }

        if (VirtualNodes.Classify(node.Type) is { } kind)
        {
            return new NodeInstance(node, scope, kind, null, null);
        }

        // Some classes once had a space at the end of their name and lost it.
        if (catalogue.TryGet(node.Type.Trim(), out definition))
        {
            var instance = new NodeInstance(node, scope, NodeKind.Server, definition, null);
            warnings.Add(new ComfyUIConversionWarning(
                instance.ExecutionId, node.Type, "The server knows this class as '" + definition.Name + "', which was used."));
            return instance;
        }

        return new NodeInstance(node, scope, NodeKind.Unknown, null, null);
    }
}
