using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A group node's definition as a subgraph, and where its values go: one list for all nodes inside, one after another.</summary>
internal sealed class GroupNode(SubgraphDefinition graph)
{
    internal SubgraphDefinition Graph { get; } = graph;

    /// <summary>For each slot of the node's <c>widgets_values</c>, the node inside and its widget; null for slots that are never sent.</summary>
    internal List<(string NodeId, string Widget)?> Slots { get; } = [];

    internal void ApplyValues(NodeInstance host)
    {
        if (host.Node.WidgetValues is not JsonArray values)
        {
            return;
        }

        for (int i = 0; i < values.Count && i < Slots.Count; i++)
        {
            if (Slots[i] is { } slot && host.Inside!.Find(slot.NodeId) is { } inner)
            {
                inner.Keep();
                inner.FindWidget(slot.Widget)?.Set(values[i], new WidgetPlace(host.Node, i, slot.Widget));
            }
        }
    }
}
