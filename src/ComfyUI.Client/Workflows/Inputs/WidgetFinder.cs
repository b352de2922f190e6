using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Finds the inputs of the prompt that a widget of the UI document gives its value to: its own node's, or those a subgraph's node or PrimitiveNode feeds.</summary>
internal sealed class WidgetFinder(ExpandedWorkflow workflow, string? rootId)
{
    private readonly Dictionary<string, NodeInstance> _byPath = ByPath(workflow);

    /// <summary>The inputs that an App's entry means; none when it means nothing the workflow has.</summary>
    internal IEnumerable<(string Node, string Input)> Find(string id, string name)
    {
        string[] parts = id.Split(':');
        if (parts.Length == 3 && Guid.TryParse(parts[0], out _))
        {
            // graph : node : widget, percent-encoded; equal names on a node are told apart by #1, #2.
            string node = Uri.UnescapeDataString(parts[1]);
            string widget = Uri.UnescapeDataString(parts[2]);
            int number = widget.LastIndexOf('#');
            string plain = number > 0 ? widget.Substring(0, number) : widget;
            return FirstFound([.. InGraph(parts[0], node, widget), .. plain == widget ? [] : InGraph(parts[0], node, plain)]);
        }

        return _byPath.TryGetValue(id, out NodeInstance? instance) && FedBy(instance, name) is { Count: > 0 } found ? found : InsideOne(id, name);
    }

    /// <summary>The inputs of the prompt that a node's widget gives its value to.</summary>
    internal List<(string Node, string Input)> FedBy(NodeInstance node, string name)
    {
        switch (node.Kind)
        {
            case NodeKind.Server or NodeKind.Unknown:
                return node.IsSent && node.FindWidget(name) is not null ? [(node.ExecutionId, name)] : [];
            case NodeKind.Host:
                return FindPromoted(node, name) is { } promoted ? FedBy(promoted) : FedByProxy(node, name);
            case NodeKind.Primitive:
                return node.FindWidget("value")?.Place is { } place ? KeptAt(place) : [];
            default:
                return [];
        }
    }

    private static List<(string Node, string Input)> FirstFound(List<List<(string Node, string Input)>> candidates)
        => candidates.Find(candidate => candidate.Count > 0) ?? [];

    private IEnumerable<List<(string Node, string Input)>> InGraph(string graph, string nodeId, string name)
    {
        foreach (NodeInstance node in workflow.Nodes)
        {
            string? id = node.Scope.Host is null ? rootId : node.Scope.Definition?.Id;
            if (node.Node.Id == nodeId && string.Equals(id, graph, StringComparison.OrdinalIgnoreCase))
            {
                yield return FedBy(node, name);
            }
        }
    }

    /// <summary>What a node's id means that is not the root's: one inside, if just one subgraph's node shows its widget.</summary>
    private List<(string Node, string Input)> InsideOne(string id, string name)
    {
        List<(string Node, string Input)>? found = null;
        foreach (NodeInstance node in workflow.Nodes)
        {
            List<(string Node, string Input)> fed = [];
            if (node.Kind == NodeKind.Host)
            {
                foreach (LiveInput input in node.Inputs)
                {
                    if (input.Promoted is { } promoted && promoted.Source.Node.Id == id && promoted.SourceName == name)
                    {
                        fed = FedBy(promoted);
                    }
                }
            }
            else if (node.IsSent && node.Scope.Host is not null && node.Node.Id == id && node.FindWidget(name)?.HostPlace is not null)
            {
                fed = [(node.ExecutionId, name)];
            }

            if (fed.Count > 0)
            {
                if (found is not null)
                {
                    return [];
                }

                found = fed;
            }
        }

        return found ?? [];
    }

    internal static PromotedWidget? FindPromoted(NodeInstance host, string name)
    {
        foreach (LiveInput input in host.Inputs)
        {
            if (input.Name == name && input.Promoted is { } promoted)
            {
                return promoted;
            }
        }

        return null;
    }

    private List<(string Node, string Input)> FedBy(PromotedWidget promoted)
    {
        var fed = new List<(string Node, string Input)>();
        foreach (NodeInstance node in workflow.Nodes)
        {
            for (int i = 0; node.IsSent && i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i].LinkId is not null && ReferenceEquals(workflow.Links.Resolve(node, i).Promoted, promoted))
                {
                    fed.Add((node.ExecutionId, node.Inputs[i].Name));
                }
            }
        }

        return fed;
    }

    // An older subgraph's node shows widgets inside that no input of it feeds.
    private List<(string Node, string Input)> FedByProxy(NodeInstance host, string name)
    {
        foreach (NodeInstance node in host.Inside!.Nodes)
        {
            foreach (Widget widget in node.Widgets)
            {
                if (widget.HostPlace is { } place && ReferenceEquals(place.Node, host.Node) && (place.Name == name || widget.Name == name))
                {
                    return FedBy(node, widget.Name);
                }
            }
        }

        return [];
    }

    private List<(string Node, string Input)> KeptAt(WidgetPlace place)
    {
        var fed = new List<(string Node, string Input)>();
        foreach (NodeInstance node in workflow.Nodes)
        {
            if (!node.IsSent)
            {
                continue;
            }

            foreach (Widget widget in node.Widgets)
            {
                if (widget.Place == place)
                {
                    fed.Add((node.ExecutionId, widget.Name));
                }
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i].LinkId is not null && workflow.Links.Resolve(node, i).Promoted?.Place == place)
                {
                    fed.Add((node.ExecutionId, node.Inputs[i].Name));
                }
            }
        }

        return fed;
    }

    private static Dictionary<string, NodeInstance> ByPath(ExpandedWorkflow workflow)
    {
        var byPath = new Dictionary<string, NodeInstance>(StringComparer.Ordinal);
        foreach (NodeInstance node in workflow.Nodes)
        {
            byPath[node.ExecutionId] = node;
        }

        return byPath;
    }
}
