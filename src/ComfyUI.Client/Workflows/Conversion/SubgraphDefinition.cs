using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A graph that nodes of another graph stand for. A group node becomes one of these as well.</summary>
internal sealed class SubgraphDefinition(string id, string name) : WorkflowGraph
{
    internal string Id { get; } = id;

    internal string Name { get; } = name;

    /// <summary>The definition in the document, for those who edit it; null for a group node's.</summary>
    internal JsonObject? Json { get; init; }

    internal List<SubgraphSlot> Inputs { get; } = [];

    internal List<SubgraphSlot> Outputs { get; } = [];

    /// <summary>How much work one use of the subgraph's inputs makes.</summary>
    internal long InputSize
    {
        get
        {
            long size = Inputs.Count;
            foreach (SubgraphSlot input in Inputs)
            {
                size += input.LinkIds.Count;
            }

            return size;
        }
    }

    /// <summary>The link inside that feeds an output; null when none does.</summary>
    internal GraphLink? FindOutputLink(int slot)
    {
        foreach (string linkId in Outputs[slot].LinkIds)
        {
            if (Links.TryGetValue(linkId, out GraphLink link))
            {
                return link;
            }
        }

        return null;
    }
}

/// <summary>An input or output of a subgraph with the links inside that it feeds or is fed by.</summary>
internal sealed class SubgraphSlot(string name, string type, List<string> linkIds)
{
    internal string Name { get; } = name;

    internal string Type { get; } = type;

    internal List<string> LinkIds { get; } = linkIds;
}
