using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Puts new classes in the place of old ones that the server no longer has, by the rules it announces (<c>GET /node_replacements</c>):
/// <c>{old class: [{new_node_id, old_widget_ids, input_mapping, output_mapping}]}</c>.
/// </summary>
internal static class NodeReplacements
{
    /// <summary>A copy of a workflow with every node replaced that can be.</summary>
    internal static ComfyUIWorkflow Apply(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue, JsonObject rules)
    {
        JsonObject document = workflow.CopyDocument();
        if (workflow.Format == ComfyUIWorkflowFormat.UI)
        {
            ApplyToAll(document, catalogue, rules);
        }
        else
        {
            ApplyToPrompt(document, catalogue, rules);
        }

        return workflow.With(document);
    }

    // POST /prompt does this by itself.
    private static void ApplyToPrompt(JsonObject prompt, ComfyUINodeCatalogue catalogue, JsonObject rules)
    {
        foreach (KeyValuePair<string, JsonNode?> entry in prompt)
        {
            if (entry.Value is not JsonObject node || node.Text("class_type") is not { } type || catalogue.Contains(type)
                || FindRule(rules.Array(type), catalogue) is not { } rule)
            {
                continue;
            }

            node["class_type"] = rule.Text("new_node_id");
            if (rule.Array("input_mapping") is { } inputs)
            {
                node["inputs"] = MapValues(node.Object("inputs") ?? [], inputs);
            }

            if (rule.Array("output_mapping") is { } outputs)
            {
                MapLinks(prompt, entry.Key, ReadSlots(outputs));
            }
        }
    }

    private static void MapLinks(JsonObject prompt, string nodeId, Dictionary<long, long> slots)
    {
        foreach (KeyValuePair<string, JsonNode?> entry in prompt)
        {
            foreach (KeyValuePair<string, JsonNode?> input in (entry.Value as JsonObject)?.Object("inputs") ?? [])
            {
                if (input.Value is JsonArray { Count: 2 } link && JsonRead.Text(link[0]) == nodeId
                    && JsonAccess.Number(link[1]) is { } slot && slots.TryGetValue((long)slot, out long newSlot))
                {
                    link[1] = JsonNumber.TryCreate(newSlot);
                }
            }
        }
    }

    // Subgraphs are defined in the document, or in another subgraph.
    private static void ApplyToAll(JsonObject graph, ComfyUINodeCatalogue catalogue, JsonObject rules)
    {
        ApplyToGraph(graph, catalogue, rules);
        foreach (JsonNode? definition in graph.Object("definitions")?.Array("subgraphs") ?? [])
        {
            if (definition is JsonObject subgraph)
            {
                ApplyToAll(subgraph, catalogue, rules);
            }
        }
    }

    private static void ApplyToGraph(JsonObject graph, ComfyUINodeCatalogue catalogue, JsonObject rules)
    {
        foreach (JsonNode? item in graph.Array("nodes") ?? [])
        {
            if (item is JsonObject node && node.Text("type") is { } type && !catalogue.Contains(type)
                && FindRule(rules.Array(type), catalogue) is { } rule)
            {
                Replace(graph, node, rule);
            }
        }
    }

    private static JsonObject? FindRule(JsonArray? rules, ComfyUINodeCatalogue catalogue)
    {
        foreach (JsonNode? item in rules ?? [])
        {
            if (item is JsonObject rule && rule.Text("new_node_id") is { } newClass && catalogue.Contains(newClass))
            {
                return rule;
            }
        }

        return null;
    }

    private static void Replace(JsonObject graph, JsonObject node, JsonObject rule)
    {
        node["type"] = rule.Text("new_node_id");
        JsonObject? values = NamedValues(node, rule);
        var inputs = rule.Array("input_mapping");
        if (inputs is not null)
        {
            MapInputs(node, inputs);
            values = MapValues(values ?? [], inputs);
        }

        if (values is not null)
        {
            // By name, whatever order the new class has them in.
            node["widgets_values"] = values;
        }

        if (rule.Array("output_mapping") is { } outputs)
        {
            MapOutputs(graph, JsonAccess.Display(node["id"]), ReadSlots(outputs));
        }
    }

    private static JsonObject? NamedValues(JsonObject node, JsonObject rule)
    {
        if (node["widgets_values"] is JsonObject named)
        {
            return (JsonObject)JsonText.Clone(named)!;
        }

        if (node["widgets_values"] is not JsonArray values || rule.Array("old_widget_ids") is not { } names)
        {
            return null;
        }

        var result = new JsonObject();
        for (int i = 0; i < names.Count && i < values.Count; i++)
        {
            if (names[i] is JsonValue name && name.TryGetValue(out string? text))
            {
                result[text] = JsonText.Clone(values[i]);
            }
        }

        return result;
    }

    private static JsonObject MapValues(JsonObject values, JsonArray mapping)
    {
        var result = new JsonObject();
        foreach ((string newName, string? oldName, JsonNode? constant) in Read(mapping))
        {
            if (oldName is null)
            {
                result[newName] = JsonText.Clone(constant);
            }
            else if (values.ContainsKey(oldName))
            {
                result[newName] = JsonText.Clone(values[oldName]);
            }
        }

        return result;
    }

    private static void MapInputs(JsonObject node, JsonArray mapping)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string newName, string? oldName, _) in Read(mapping))
        {
            if (oldName is not null)
            {
                names[oldName] = newName;
            }
        }

        foreach (JsonNode? item in node.Array("inputs") ?? [])
        {
            if (item is JsonObject input && input.Text("name") is { } oldName && names.TryGetValue(oldName, out string? newName))
            {
                input["name"] = newName;
                if (input.Object("widget") is { } widget)
                {
                    widget["name"] = newName;
                }
            }
        }
    }

    private static Dictionary<long, long> ReadSlots(JsonArray mapping)
    {
        var slots = new Dictionary<long, long>();
        foreach (JsonNode? item in mapping)
        {
            if (item is JsonObject entry && entry.Integer("old_idx") is { } from && entry.Integer("new_idx") is { } to)
            {
                slots[from] = to;
            }
        }

        return slots;
    }

    private static void MapOutputs(JsonObject graph, string nodeId, Dictionary<long, long> slots)
    {
        foreach (JsonNode? item in graph.Array("links") ?? [])
        {
            // [id, origin node, origin slot, ...], or an object with the same in newer files.
            if (item is JsonArray { Count: > 2 } link && JsonAccess.Display(link[1]) == nodeId
                && JsonAccess.Number(link[2]) is { } slot && slots.TryGetValue((long)slot, out long newSlot))
            {
                link[2] = JsonNumber.TryCreate(newSlot);
            }
            else if (item is JsonObject named && JsonAccess.Display(named["origin_id"]) == nodeId
                && named.Integer("origin_slot") is { } namedSlot && slots.TryGetValue(namedSlot, out long newNamedSlot))
            {
                named["origin_slot"] = JsonNumber.TryCreate(newNamedSlot);
            }
        }
    }

    private static IEnumerable<(string NewName, string? OldName, JsonNode? Constant)> Read(JsonArray mapping)
    {
        foreach (JsonNode? item in mapping)
        {
            if (item is JsonObject entry && entry.Text("new_id") is { } newName)
            {
                yield return (newName, entry.Text("old_id"), entry["set_value"]);
            }
        }
    }
}
