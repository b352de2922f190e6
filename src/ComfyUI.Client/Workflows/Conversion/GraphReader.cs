using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads the graphs of a UI document, save formats 0.4 and 1.0 alike: nodes, links as arrays or objects, subgraph definitions at any depth.</summary>
internal sealed class GraphReader(ICollection<ComfyUIConversionWarning> warnings)
{
    // Ids are joined into paths; without a limit a few long ones would fill the memory.
    private const int MaxIdLength = 256;

    private readonly IdTexts _ids = new();
    private readonly Dictionary<string, string> _classes = new(StringComparer.Ordinal);

    internal Dictionary<string, SubgraphDefinition> Subgraphs { get; } = new(StringComparer.Ordinal);

    /// <param name="workflow">The document.</param>
    /// <param name="editable">The same document for those who are going to edit it; null when nobody is.</param>
    internal WorkflowGraph ReadRoot(JsonElement workflow, JsonObject? editable = null)
    {
        if (JsonRead.Member(workflow, "nodes"u8).ValueKind != JsonValueKind.Array)
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, "This is not a workflow in the UI's format: it has no list of nodes.");
        }

        var root = new WorkflowGraph();
        ReadInto(root, workflow, editable);
        EverywhereLinks.Add(root, workflow, warnings);
        ReadDefinitions(workflow, editable);
        return root;
    }

    private GraphNode? ReadNode(JsonElement node, JsonObject? editable)
    {
        if (_ids.Read(JsonRead.Member(node, "id"u8)) is not { Length: > 0 } id)
        {
            return null;
        }

        if (id.Length > MaxIdLength)
        {
            const string TooLong = "The workflow has a node whose id is longer than 256 characters.";
            var error = new ComfyUINodeError
            {
                NodeId = id.Substring(0, MaxIdLength), ClassType = ReadClass(node), Type = ConversionError.Failed, Message = TooLong,
            };
            throw new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, TooLong) { NodeErrors = [error] };
        }

        return ReadNode(node, editable, id);
    }

    internal GraphNode ReadNode(JsonElement node, JsonObject? editable, string id) => new()
    {
        Id = id,
        Type = ReadClass(node),
        Mode = JsonRead.Int(JsonRead.Member(node, "mode"u8)),
        Source = node,
        Json = editable,
        Ids = _ids,
    };

    // A workflow's nodes are of few classes, and their names live as long as its conversion.
    private string ReadClass(JsonElement node)
    {
        string name = OldNames.Class(JsonRead.Text(JsonRead.Member(node, "type"u8)) ?? string.Empty);
        if (_classes.TryGetValue(name, out string? known))
        {
            return known;
        }

        _classes.Add(name, name);
        return name;
    }

    private void ReadInto(WorkflowGraph graph, JsonElement json, JsonObject? editable)
    {
        JsonElement nodes = JsonRead.Member(json, "nodes"u8);
        JsonElement links = JsonRead.Member(json, "links"u8);
        graph.Expect(JsonRead.Count(nodes), JsonRead.Count(links));
        IList<JsonNode?> editables = JsonRead.Items(editable?["nodes"]);
        int place = 0;
        foreach (JsonElement item in JsonRead.Items(nodes))
        {
            GraphNode? node = ReadNode(item, place < editables.Count ? editables[place] as JsonObject : null);
            place++;
            if (node is null)
            {
                warnings.Add(new ComfyUIConversionWarning(string.Empty, string.Empty, "An entry of the node list is no node and was left out."));
            }
            else if (!graph.TryAdd(node))
            {
                warnings.Add(new ComfyUIConversionWarning(node.Id, node.Type, "Another node has the same id; this one was left out."));
            }
        }

        foreach (JsonElement link in JsonRead.Items(links))
        {
            if (link.ValueKind == JsonValueKind.Array && link.GetArrayLength() >= 5)
            {
                AddLink(graph, link[0], link[1], link[2], link[3]);
            }
            else if (link.ValueKind == JsonValueKind.Object)
            {
                AddLink(
                    graph, JsonRead.Member(link, "id"u8), JsonRead.Member(link, "origin_id"u8), JsonRead.Member(link, "origin_slot"u8), JsonRead.Member(link, "target_id"u8));
            }
        }
    }

    private void AddLink(WorkflowGraph graph, JsonElement id, JsonElement originId, JsonElement originSlot, JsonElement targetId)
    {
        if (_ids.Read(id) is { } link && _ids.Read(originId) is { } origin)
        {
            graph.Links[link] = new GraphLink(origin, JsonRead.Int(originSlot), origin == GraphLink.SubgraphInputs ? _ids.Read(targetId) : null);
        }
    }

    internal static GraphSlot[] ReadSlots(JsonElement json, IdTexts ids)
    {
        int count = JsonRead.Count(json);
        if (count == 0)
        {
            return [];
        }

        // Links name slots by their index, so a broken one keeps its place.
        var slots = new GraphSlot[count];
        int place = 0;
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement slot in json.EnumerateArray())
            {
                slots[place++] = ReadSlot(slot, ids);
            }
        }
        else
        {
            foreach (JsonElement slot in JsonRead.Items(json))
            {
                slots[place++] = ReadSlot(slot, ids);
            }
        }

        return slots;
    }

    private static GraphSlot ReadSlot(JsonElement slot, IdTexts ids)
    {
        JsonElement widget = JsonRead.Member(slot, "widget"u8);
        return new GraphSlot(
            JsonRead.Text(JsonRead.Member(slot, "name"u8)) ?? string.Empty,
            SlotType.Read(JsonRead.Member(slot, "type"u8)),
            ids.Read(JsonRead.Member(slot, "link"u8)),
            JsonRead.Text(JsonRead.Member(widget, "name"u8)),
            widget.ValueKind == JsonValueKind.Object,
            JsonRead.Text(JsonRead.Member(slot, "label"u8)));
    }

    private void ReadDefinitions(JsonElement root, JsonObject? editableRoot)
    {
        var pending = new Queue<(JsonElement Json, JsonObject? Editable)>();
        pending.Enqueue((root, editableRoot));
        while (pending.Count > 0)
        {
            (JsonElement around, JsonObject? editableAround) = pending.Dequeue();
            IList<JsonNode?> editables = JsonRead.Items(editableAround?.Object("definitions")?["subgraphs"]);
            int place = 0;
            foreach (JsonElement json in JsonRead.Items(JsonRead.Member(JsonRead.Member(around, "definitions"u8), "subgraphs"u8)))
            {
                JsonObject? editable = place < editables.Count ? editables[place] as JsonObject : null;
                place++;
                if (JsonRead.Key(JsonRead.Member(json, "id"u8)) is not { } id)
                {
                    continue;
                }

                pending.Enqueue((json, editable));
                if (!Subgraphs.ContainsKey(id))
                {
                    var definition = new SubgraphDefinition(id, JsonRead.Text(JsonRead.Member(json, "name"u8)) ?? id) { Json = editable };
                    ReadInto(definition, json, editable);
                    ReadSubgraphSlots(definition, definition.Inputs, JsonRead.Member(json, "inputs"u8));
                    ReadSubgraphSlots(definition, definition.Outputs, JsonRead.Member(json, "outputs"u8));
                    EverywhereLinks.Add(definition, json, warnings);
                    Subgraphs.Add(id, definition);
                }
            }
        }
    }

    private static void ReadSubgraphSlots(SubgraphDefinition definition, List<SubgraphSlot> slots, JsonElement json)
    {
        foreach (JsonElement slot in JsonRead.Items(json))
        {
            var linkIds = new List<string>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonElement linkId in JsonRead.Items(JsonRead.Member(slot, "linkIds"u8)))
            {
                if (JsonRead.Key(linkId) is { } key && definition.Links.ContainsKey(key) && seen.Add(key))
                {
                    linkIds.Add(key);
                }
            }

            slots.Add(new SubgraphSlot(JsonRead.Text(JsonRead.Member(slot, "name"u8)) ?? string.Empty, SlotType.Read(JsonRead.Member(slot, "type"u8)), linkIds));
        }
    }
}
