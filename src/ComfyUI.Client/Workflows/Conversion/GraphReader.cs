using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads the graphs of a UI document, save formats 0.4 and 1.0 alike: nodes, links as arrays or objects, subgraph definitions at any depth.</summary>
internal sealed class GraphReader(ICollection<ComfyUIConversionWarning> warnings)
{
    // Ids are joined into paths; without a limit a few long ones would fill the memory.
    private const int MaxIdLength = 256;

    private readonly IdTexts _ids = new();

    internal Dictionary<string, SubgraphDefinition> Subgraphs { get; } = new(StringComparer.Ordinal);

    internal WorkflowGraph ReadRoot(JsonObject workflow)
    {
        if (workflow["nodes"] is not JsonArray)
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, "This is not a workflow in the UI's format: it has no list of nodes.");
        }

        var root = new WorkflowGraph();
        ReadInto(root, workflow);
        EverywhereLinks.Add(root, workflow, warnings);
        ReadDefinitions(workflow);
        return root;
    }

    private GraphNode? ReadNode(JsonNode? json)
    {
        if (json is not JsonObject node || _ids.Read(node["id"]) is not { Length: > 0 } id)
        {
            return null;
        }

        if (id.Length > MaxIdLength)
        {
            const string TooLong = "The workflow has a node whose id is longer than 256 characters.";
            var error = new ComfyUINodeError
            {
                NodeId = id.Substring(0, MaxIdLength), ClassType = JsonRead.Text(node["type"]) ?? string.Empty, Type = ConversionError.Failed, Message = TooLong,
            };
            throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, TooLong) { NodeErrors = [error] };
        }

        return ReadNode(node, id);
    }

    internal GraphNode ReadNode(JsonObject node, string id) => new()
    {
        Id = id,
        Type = OldNames.Class(JsonRead.Text(node["type"]) ?? string.Empty),
        Mode = JsonRead.Int(node["mode"]),
        Title = JsonRead.Text(node["title"]),
        WidgetValues = node["widgets_values"],
        NamedWidgetValues = node["widgets_values_named"] as JsonObject,
        Properties = node["properties"] as JsonObject,
        Json = node,
        Ids = _ids,
    };

    private void ReadInto(WorkflowGraph graph, JsonObject json)
    {
        IList<JsonNode?> nodes = JsonRead.Items(json["nodes"]);
        IList<JsonNode?> links = JsonRead.Items(json["links"]);
        graph.Expect(nodes.Count, links.Count);
        for (int i = 0; i < nodes.Count; i++)
        {
            GraphNode? node = ReadNode(nodes[i]);
            if (node is null)
            {
                warnings.Add(new ComfyUIConversionWarning(string.Empty, string.Empty, "An entry of the node list is no node and was left out."));
            }
            else if (!graph.TryAdd(node))
            {
                warnings.Add(new ComfyUIConversionWarning(node.Id, node.Type, "Another node has the same id; this one was left out."));
            }
        }

        for (int i = 0; i < links.Count; i++)
        {
            switch (links[i])
            {
                case JsonArray { Count: >= 5 } link:
                    AddLink(graph, link[0], link[1], link[2], link[3]);
                    break;
                case JsonObject link:
                    AddLink(graph, link["id"], link["origin_id"], link["origin_slot"], link["target_id"]);
                    break;
            }
        }
    }

    private void AddLink(WorkflowGraph graph, JsonNode? id, JsonNode? originId, JsonNode? originSlot, JsonNode? targetId)
    {
        if (_ids.Read(id) is { } link && _ids.Read(originId) is { } origin)
        {
            graph.Links[link] = new GraphLink(origin, JsonRead.Int(originSlot), origin == GraphLink.SubgraphInputs ? _ids.Read(targetId) : null);
        }
    }

    internal static GraphSlot[] ReadSlots(JsonNode? json, IdTexts ids)
    {
        IList<JsonNode?> items = JsonRead.Items(json);
        GraphSlot[] slots = items.Count == 0 ? [] : new GraphSlot[items.Count];
        for (int i = 0; i < slots.Length; i++)
        {
            // Links name slots by their index, so a broken one keeps its place.
            slots[i] = items[i] is JsonObject slot ? ReadSlot(slot, ids) : new GraphSlot(string.Empty, SlotType.Any, null, null, false, null);
        }

        return slots;
    }

    private static GraphSlot ReadSlot(JsonObject slot, IdTexts ids)
    {
        var widget = slot["widget"] as JsonObject;
        return new GraphSlot(
            JsonRead.Text(slot["name"]) ?? string.Empty,
            SlotType.Read(slot["type"]),
            ids.Read(slot["link"]),
            JsonRead.Text(widget?["name"]),
            widget is not null,
            JsonRead.Text(slot["label"]));
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
                    EverywhereLinks.Add(definition, json, warnings);
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
