using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Looks for the node classes of workflows in a catalogue.</summary>
internal static class WorkflowClasses
{
    /// <summary>Whether the catalogue has the classes of all nodes that are to run.</summary>
    /// <exception cref="ComfyUIValidationException">It is no workflow.</exception>
    internal static bool AreKnown(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue)
        => workflow.Format == ComfyUIWorkflowFormat.Api
            ? AreKnownInPrompt(workflow.Document, catalogue)
            : AreKnownInDocument(workflow.Document, catalogue);

    private static bool AreKnownInPrompt(JsonObject prompt, ComfyUINodeCatalogue catalogue)
    {
        foreach (KeyValuePair<string, JsonNode?> node in prompt)
        {
            if (node.Value is JsonObject entry && !catalogue.Contains(entry.Text("class_type") ?? string.Empty))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreKnownInDocument(JsonObject document, ComfyUINodeCatalogue catalogue)
    {
        var reader = new GraphReader([]);
        var pending = new Queue<WorkflowGraph>([reader.ReadRoot(document)]);
        var used = new HashSet<string>(StringComparer.Ordinal);
        while (pending.Count > 0)
        {
            foreach (GraphNode node in pending.Dequeue().Nodes)
            {
                if (node.Mode is GraphNode.Muted or GraphNode.Bypassed)
                {
                    continue;
                }

                if (reader.Subgraphs.TryGetValue(node.Type, out SubgraphDefinition? subgraph))
                {
                    if (used.Add(node.Type))
                    {
                        pending.Enqueue(subgraph);
                    }
                }
                else if (!catalogue.Contains(node.Type.Trim()) && VirtualNodes.Classify(node.Type) is null && !GroupNodeReader.IsGroup(node.Type))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
