using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Finds where a UI document keeps the value that an input of the prompt gets.</summary>
internal static class ValuePlaces
{
    /// <summary>Whether another node's output feeds the input, so that no value of the document counts.</summary>
    internal static bool IsLinked(ExpandedWorkflow workflow, NodeInstance node, string input)
        => IndexOf(node, input) is var index && index >= 0 && node.Inputs[index].LinkId is not null
            && workflow.Links.Resolve(node, index).Node is { IsSent: true };

    /// <summary>The places, the one in use first; then one that would win over it. None when the document has no room for a value.</summary>
    internal static IReadOnlyList<WidgetPlace> Find(ExpandedWorkflow workflow, NodeInstance node, string input)
    {
        int index = IndexOf(node, input);
        if (index >= 0 && node.Inputs[index].LinkId is not null && workflow.Links.Resolve(node, index).Promoted is { } fromAround)
        {
            return Of(fromAround.Place, fromAround.OwnPlace);
        }

        if (index >= 0 && node.Inputs[index].Promoted is { } promoted)
        {
            return Of(promoted.Place, promoted.OwnPlace);
        }

        if ((node.Kind == NodeKind.Host ? FindProxied(node, input) : node.FindWidget(input)) is { } widget)
        {
            return Of(widget.Place, widget.HostPlace);
        }

        return [];
    }

    /// <summary>The instance of a node of the document that is meant from where another stands: in its graph or one around it, or inside it.</summary>
    internal static NodeInstance? Holder(NodeInstance from, GraphNode node)
    {
        for (GraphScope? scope = from.Inside ?? from.Scope; scope is not null; scope = scope.Host?.Scope)
        {
            if (scope.Find(node.Id) is { } found && ReferenceEquals(found.Node, node))
            {
                return found;
            }
        }

        return null;
    }

    private static Widget? FindProxied(NodeInstance host, string name)
    {
        foreach (NodeInstance node in host.Inside!.Nodes)
        {
            foreach (Widget widget in node.Widgets)
            {
                if (widget.HostPlace is { } place && ReferenceEquals(place.Node, host.Node) && place.Name == name)
                {
                    return widget;
                }
            }
        }

        return null;
    }

    private static List<WidgetPlace> Of(WidgetPlace? first, WidgetPlace? second)
    {
        var places = new List<WidgetPlace>();
        if (first is { } inUse)
        {
            places.Add(inUse);
        }

        if (second is { } winning && second != first)
        {
            places.Add(winning);
        }

        return places;
    }

    private static int IndexOf(NodeInstance node, string input)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i].Name == input)
            {
                return i;
            }
        }

        return -1;
    }
}
