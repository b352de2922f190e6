using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Looks for the node classes of workflows in a catalogue.</summary>
internal static class WorkflowClasses
{
    /// <summary>Whether the catalogue has the classes of all nodes that a server would run; also of those that are muted.</summary>
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
        var reader = new GraphReader(new List<ComfyUIConversionWarning>());
        WorkflowGraph root = reader.ReadRoot(document);
        bool IsKnown(GraphNode node) => reader.Subgraphs.ContainsKey(node.Type) || GroupNodeReader.IsGroup(node.Type)
            || catalogue.Contains(node.Type.Trim()) || catalogue.Contains(node.Type) || VirtualNodes.Classify(node.Type) is not null;
        bool AllKnown(WorkflowGraph graph)
        {
            foreach (GraphNode node in graph.Nodes)
            {
                if (!IsKnown(node))
                {
                    return false;
                }
            }

            return true;
        }

        return AllKnown(root) && new List<SubgraphDefinition>(reader.Subgraphs.Values).TrueForAll(AllKnown);
    }
}
