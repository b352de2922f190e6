using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads the graphs of a UI document, save formats 0.4 and 1.0 alike: nodes, links as arrays or objects, subgraph definitions at any depth.</summary>
internal sealed class GraphReader(ICollection<ComfyUIConversionWarning> warnings)
{
    // Ids are joined into paths; without a limit a few long ones would fill the memory.
    private const int MaxIdLength = 256;

    internal Dictionary<string, SubgraphDefinition> Subgraphs { get; } = new(StringComparer.Ordinal);

    internal WorkflowGraph ReadRoot(JsonObject workflow)
    {
        if (workflow["nodes"] is not JsonArray)
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, "This is not a workflow in the UI's format: it has no list of nodes.");
        }

        var root = new WorkflowGraph();
        ReadInto(root, workflow);
        ReadDefinitions(workflow);
        return root;
    }

    internal static GraphNode? ReadNode(JsonNode? json)
    {
        if (json is not JsonObject node || JsonRead.Key(node["id"]) is not { Length: > 0 } id)
        {
            return null;
        }

        if (id.Length > MaxIdLength)
        {
            throw new ComfyUIValidationException(
                ComfyUIErrorId.InvalidWorkflow, "The workflow has a node whose id is longer than 256 characters.");
        }

        return ReadNode(node, id);
    }

    internal static GraphNode ReadNode(JsonObject node, string id) => new()
    {
        Id = id,
        Type = JsonRead.Text(node["type"]) ?? string.Empty,
        Mode = JsonRead.Int(node["mode"]),
        Title = JsonRead.Text(node["title"]),
        Inputs = ReadSlots(node["inputs"]),
        Outputs = ReadSlots(node["outputs"]),
        WidgetValues = node["widgets_values"],
        NamedWidgetValues = node["widgets_values_named"] as JsonObject,
        Properties = node["properties"] as JsonObject,
        Json = node,
    };

    private void ReadInto(WorkflowGraph graph, JsonObject json)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonNode? item in JsonRead.Items(json["nodes"]))
        {
            GraphNode? node = ReadNode(item);
            if (node is null)
            {
                warnings.Add(new ComfyUIConversionWarning(string.Empty, string.Empty, "An entry of the node list is no node and was left out."));
            }
            else if (seen.Add(node.Id))
            {
                graph.Nodes.Add(node);
            }
            else
            {
                warnings.Add(new ComfyUIConversionWarning(node.Id, node.Type, "Another node has the same id; this one was left out."));
            }
        }

        foreach (JsonNode? item in JsonRead.Items(json["links"]))
        {
            if (ReadLink(item) is { } link)
            {
                graph.Links[link.Id] = link;
            }
        }
    }

    private static GraphLink? ReadLink(JsonNode? json)
    {
        switch (json)
        {
            case JsonArray { Count: >= 5 } link when JsonRead.Key(link[0]) is { } id && JsonRead.Key(link[1]) is { } origin:
                return new GraphLink(id, origin, JsonRead.Int(link[2]), JsonRead.Key(link[3]) ?? string.Empty);
            case JsonObject link when JsonRead.Key(link["id"]) is { } id && JsonRead.Key(link["origin_id"]) is { } origin:
                return new GraphLink(id, origin, JsonRead.Int(link["origin_slot"]), JsonRead.Key(link["target_id"]) ?? string.Empty);
            default:
                return null;
        }
    }

    private static List<GraphSlot> ReadSlots(JsonNode? json)
    {
        var slots = new List<GraphSlot>();
        foreach (JsonNode? item in JsonRead.Items(json))
        {
            if (item is JsonObject slot)
            {
                slots.Add(new GraphSlot(
                    JsonRead.Text(slot["name"]) ?? string.Empty,
                    SlotType.Read(slot["type"]),
                    JsonRead.Key(slot["link"]),
                    JsonRead.Text((slot["widget"] as JsonObject)?["name"]),
                    slot["widget"] is JsonObject,
                    JsonRead.Text(slot["label"])));
            }
            else
            {
                // Links name slots by their index, so a broken one keeps its place.
                slots.Add(new GraphSlot(string.Empty, SlotType.Any, null, null, false, null));
            }
        }

        return slots;
    }

    private void ReadDefinitions(JsonObject root)
    {
        var pending = new Queue<JsonObject>();
        pending.Enqueue(root);
        while (pending.Count > 0)
        {
            foreach (JsonNode? item in JsonRead.Items((pending.Dequeue()["definitions"] as JsonObject)?["subgraphs"]))
            {
                if (item is not JsonObject json || JsonRead.Key(json["id"]) is not { } id)
                {
                    continue;
                }

                pending.Enqueue(json);
                if (!Subgraphs.ContainsKey(id))
                {
                    var definition = new SubgraphDefinition(id, JsonRead.Text(json["name"]) ?? id) { Json = json };
                    ReadInto(definition, json);
                    ReadSubgraphSlots(definition, definition.Inputs, json["inputs"]);
                    ReadSubgraphSlots(definition, definition.Outputs, json["outputs"]);
                    Subgraphs.Add(id, definition);
                }
            }
        }
    }

    private static void ReadSubgraphSlots(SubgraphDefinition definition, List<SubgraphSlot> slots, JsonNode? json)
    {
        foreach (JsonNode? item in JsonRead.Items(json))
        {
            var slot = item as JsonObject;
            var linkIds = new List<string>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonNode? linkId in JsonRead.Items(slot?["linkIds"]))
            {
                if (JsonRead.Key(linkId) is { } key && definition.Links.ContainsKey(key) && seen.Add(key))
                {
                    linkIds.Add(key);
                }
            }

            slots.Add(new SubgraphSlot(JsonRead.Text(slot?["name"]) ?? string.Empty, SlotType.Read(slot?["type"]), linkIds));
        }
    }
}
