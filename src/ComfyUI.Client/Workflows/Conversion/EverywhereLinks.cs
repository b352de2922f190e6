using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// The links that "Anything Everywhere" (cg-use-everywhere) adds while the browser queues. Which they are, its script has written into
/// <c>extra.ue_links</c> of each graph: <c>{upstream, upstream_slot, downstream, downstream_slot, controller}</c>.
/// </summary>
internal static class EverywhereLinks
{
    private const string ClassStart = "Anything Everywhere";
    private const string Prompts = "Prompts Everywhere";
    private const string Key = "ue_links";

    /// <summary>Its one class with an output, a number that goes to the seeds.</summary>
    internal const string Seed = "Seed Everywhere";

    /// <summary>Whether a class only says where the data go that it is fed.</summary>
    internal static bool IsSender(string type) => type.StartsWith(ClassStart, StringComparison.Ordinal) || type == Prompts;

    /// <summary>Adds to a graph what the file has recorded; inputs that are linked already stay as they are.</summary>
    internal static void Add(WorkflowGraph graph, JsonObject json, ICollection<ComfyUIConversionWarning> warnings)
    {
        if ((json["extra"] as JsonObject)?[Key] is not JsonArray recorded)
        {
            WarnOfSenders(graph, warnings);
            return;
        }

        if (recorded.Count == 0)
        {
            return;
        }

        List<SubgraphSlot> openOutputs = (graph as SubgraphDefinition)?.Outputs.FindAll(output => output.LinkIds.Count == 0) ?? [];
        for (int i = 0; i < recorded.Count; i++)
        {
            if (recorded[i] is JsonObject entry && JsonRead.Key(entry["controller"]) is { } controllerId
                && graph.Find(controllerId) is { Mode: not (GraphNode.Muted or GraphNode.Bypassed) }
                && JsonRead.Key(entry["upstream"]) is { } upstream && JsonRead.Key(entry["downstream"]) is { } downstream)
            {
                int slot = JsonRead.Int(entry["downstream_slot"]);
                string id = Key + JsonAccess.Invariant(i);
                var link = new GraphLink(upstream, JsonRead.Int(entry["upstream_slot"]), downstream);
                if (downstream == GraphLink.SubgraphOutputs && slot >= 0 && slot < openOutputs.Count)
                {
                    openOutputs[slot].LinkIds.Add(id);
                    graph.Links[id] = link;
                }
                else if (graph.Find(downstream) is { } target && slot >= 0 && slot < target.Inputs.Length
                    && (target.Inputs[slot].LinkId is not { } linked || !graph.Links.ContainsKey(linked)))
                {
                    target.Link(slot, id);
                    graph.Links[id] = link;
                }
            }
        }
    }

    /// <summary>Removes a link from those that a graph of a document has recorded; not one of these is none of its business.</summary>
    internal static void Remove(JsonObject graph, string linkId)
    {
        if (linkId.StartsWith(Key, StringComparison.Ordinal) && graph.Object("extra")?[Key] is JsonArray recorded
            && int.TryParse(linkId.Substring(Key.Length), out int index) && index < recorded.Count)
        {
            // The others are known by their place.
            recorded[index] = null;
        }
    }

    private static void WarnOfSenders(WorkflowGraph graph, ICollection<ComfyUIConversionWarning> warnings)
    {
        foreach (GraphNode node in graph.Nodes)
        {
            if (IsSender(node.Type) && node.Mode is not (GraphNode.Muted or GraphNode.Bypassed) && Array.Exists(node.Inputs, input => input.LinkId is not null))
            {
                warnings.Add(new ComfyUIConversionWarning(
                    node.Id, node.Type, "The file does not say which inputs it feeds; they were left open. Save the workflow again in the browser."));
            }
        }
    }
}
