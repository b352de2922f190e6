using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Sets inputs of an API-format workflow by the names people use.</summary>
internal static class WorkflowInputs
{
    private const int MostCandidates = 30;

    internal static ComfyUIWorkflow Set(ComfyUIWorkflow workflow, IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        workflow.RequireApiDocument();
        JsonObject document = workflow.CopyDocument();
        foreach (KeyValuePair<string, JsonNode?> value in values)
        {
            (string nodeId, string input) = Resolve(document, value.Key);
            InputsOf(document, nodeId)[input] = AsInput(document, JsonText.Clone(value.Value));
        }

        return Edited(workflow, document);
    }

    internal static ComfyUIWorkflow SetSeed(ComfyUIWorkflow workflow, ulong seed)
    {
        workflow.RequireApiDocument();
        JsonObject document = workflow.CopyDocument();
        int found = 0;
        foreach (KeyValuePair<string, JsonNode?> node in document)
        {
            JsonObject inputs = InputsOf(document, node.Key);
            foreach (string name in new[] { "seed", "noise_seed" })
            {
                if (inputs.ContainsKey(name) && inputs[name] is not JsonArray)
                {
                    inputs[name] = JsonNumber.TryCreate(seed);
                    found++;
                }
            }
        }

        if (found == 0)
        {
            throw new ComfyUIValidationException(
                ComfyUIErrorId.UnknownWorkflowInput,
                $"{workflow.Source ?? "The workflow"} has no input called seed or noise_seed that is not linked to another node.")
            {
                RecommendedAction = "Leave -Seed and -RandomizeSeed out, or set the input that takes the number with -Parameter.",
            };
        }

        return Edited(workflow, document);
    }

    // A UI document with the old values would tell a lie about the picture, so it stays behind; the prompt itself is in the picture anyway.
    private static ComfyUIWorkflow Edited(ComfyUIWorkflow workflow, JsonObject document) => new(document, ComfyUIWorkflowFormat.Api, workflow.Source)
    {
        ExtraData = WithoutUIDocument(workflow.ExtraData),
        Warnings = workflow.Warnings,
    };

    private static JsonObject? WithoutUIDocument(JsonObject? extraData)
    {
        var extra = (JsonObject?)JsonText.Clone(extraData);
        extra?.Object("extra_pnginfo")?.Remove("workflow");
        return extra;
    }

    /// <summary>Finds node and input that a name such as <c>KSampler.seed</c> means.</summary>
    /// <exception cref="ComfyUIValidationException">None, or more than one.</exception>
    internal static (string NodeId, string Input) Resolve(JsonObject document, string name)
    {
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            string node = name.Substring(0, dot);
            string input = name.Substring(dot + 1);
            if (FindNode(document, node, name) is { } id)
            {
                return (id, FindInput(document, id, input, name));
            }
        }

        if (name.IndexOf('.') < 0 && FindNode(document, name, name) is { } whole)
        {
            throw Unknown($"'{name}' names a node but no input. There are: {List(InputNames(document, whole, whole))}.");
        }

        throw Unknown($"No node of the workflow is meant by '{name}'. There are: {List(NodeNames(document))}.");
    }

    private static string? FindNode(JsonObject document, string node, string name)
    {
        if (document.ContainsKey(node))
        {
            return node;
        }

        return FindBy(document, node, name, "title", TitleOf) ?? FindBy(document, node, name, "class", ClassOf);
    }

    private static string? FindBy(JsonObject document, string wanted, string name, string what, Func<JsonObject, string?> text)
    {
        // An exact match beats one in another case.
        foreach (StringComparison comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            var matches = new List<string>();
            foreach (KeyValuePair<string, JsonNode?> entry in document)
            {
                if (string.Equals(text((JsonObject)entry.Value!), wanted, comparison))
                {
                    matches.Add(entry.Key);
                }
            }

            if (matches.Count == 1)
            {
                return matches[0];
            }

            if (matches.Count > 1)
            {
                string input = name.Length > wanted.Length ? name.Substring(wanted.Length) : string.Empty;
                throw Unknown(
                    $"'{name}' is ambiguous: {JsonAccess.Invariant(matches.Count)} nodes have the {what} '{wanted}'. "
                    + $"Use the id: {List(matches.ConvertAll(id => id + input))}.");
            }
        }

        return null;
    }

    private static string FindInput(JsonObject document, string nodeId, string input, string name)
    {
        JsonObject inputs = InputsOf(document, nodeId);
        if (inputs.ContainsKey(input))
        {
            return input;
        }

        string? match = null;
        foreach (KeyValuePair<string, JsonNode?> entry in inputs)
        {
            if (string.Equals(entry.Key, input, StringComparison.OrdinalIgnoreCase))
            {
                match = match is null ? entry.Key : string.Empty;
            }
        }

        if (!string.IsNullOrEmpty(match))
        {
            return match!;
        }

        string node = name.Substring(0, name.Length - input.Length - 1);
        throw Unknown(
            $"Node {nodeId} ({ClassOf((JsonObject)document[nodeId]!)}) has no input '{input}'. It has: {List(InputNames(document, nodeId, node))}.");
    }

    // The server reads any array as a link, so a list of values must be wrapped; [node id, slot] stays a link.
    private static JsonNode? AsInput(JsonObject document, JsonNode? value)
    {
        if (value is not JsonArray array)
        {
            return value;
        }

        bool isLink = array.Count == 2
            && array[0] is JsonValue first && first.TryGetValue(out string? id) && document.ContainsKey(id)
            && JsonAccess.Number(array[1]) is { } slot && slot >= 0 && slot == Math.Floor(slot);
        return isLink ? value : new JsonObject { ["__value__"] = value };
    }

    private static JsonObject InputsOf(JsonObject document, string nodeId) => (JsonObject)document[nodeId]!["inputs"]!;

    private static string? TitleOf(JsonObject node) => node.Object("_meta")?.Text("title");

    private static string? ClassOf(JsonObject node) => node.Text("class_type");

    private static List<string> NodeNames(JsonObject document)
    {
        var names = new List<string>();
        foreach (KeyValuePair<string, JsonNode?> entry in document)
        {
            var node = (JsonObject)entry.Value!;
            string title = TitleOf(node) ?? ClassOf(node)!;
            names.Add(string.Format(CultureInfo.InvariantCulture, "{0} ({1})", entry.Key, Redaction.ServerLine(title, 60)));
        }

        return names;
    }

    private static List<string> InputNames(JsonObject document, string nodeId, string node)
    {
        var names = new List<string>();
        foreach (KeyValuePair<string, JsonNode?> entry in InputsOf(document, nodeId))
        {
            names.Add(node + "." + entry.Key);
        }

        return names;
    }

    private static string List(List<string> names)
    {
        if (names.Count <= MostCandidates)
        {
            return string.Join(", ", names);
        }

        return string.Join(", ", names.GetRange(0, MostCandidates)) + $" and {JsonAccess.Invariant(names.Count - MostCandidates)} more";
    }

    private static ComfyUIValidationException Unknown(string message) => new(ComfyUIErrorId.UnknownWorkflowInput, message)
    {
        RecommendedAction = "Name the node by its id, title or class, then a dot, then the input, as in '6.text' or 'KSampler.seed'.",
    };
}
