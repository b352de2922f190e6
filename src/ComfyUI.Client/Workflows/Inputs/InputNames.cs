using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Finds the nodes and inputs of a prompt that people name: <c>6.text</c>, <c>My title.text</c>, <c>KSampler.seed</c>.</summary>
internal static class InputNames
{
    private const int MostCandidates = 30;

    /// <summary>Finds node and input that a name such as <c>KSampler.seed</c> means.</summary>
    /// <param name="document">The prompt.</param>
    /// <param name="name">The name.</param>
    /// <param name="catalogue">With it, inputs that the prompt leaves out can be meant too.</param>
    /// <exception cref="ComfyUIValidationException">None, or more than one.</exception>
    internal static (string NodeId, string Input) Resolve(JsonObject document, string name, ComfyUINodeCatalogue? catalogue = null)
    {
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            string node = name.Substring(0, dot);
            string input = name.Substring(dot + 1);
            if (FindNode(document, node, name) is { } id)
            {
                return (id, FindInput(document, id, input, name, catalogue));
            }
        }

        if (name.IndexOf('.') < 0 && FindNode(document, name, name) is { } whole)
        {
            throw Unknown($"'{name}' names a node but no input. There are: {List(Of(document, whole, null).ConvertAll(input => whole + "." + input))}.");
        }

        throw Unknown($"No node of the workflow is meant by '{name}'. There are: {List(NodeNames(document))}.");
    }

    /// <summary>Finds the node that a name means.</summary>
    /// <exception cref="ComfyUIValidationException">None, or more than one.</exception>
    internal static string ResolveNode(JsonObject document, string name)
        => FindNode(document, name, name) ?? throw Unknown($"No node of the workflow is meant by '{name}'. There are: {List(NodeNames(document))}.");

    /// <summary>Finds the output that a name such as <c>4.0</c> or <c>Load Checkpoint.VAE</c> means: node and index, or name of the output.</summary>
    /// <exception cref="ComfyUIValidationException">None, or more than one.</exception>
    internal static (string NodeId, int Slot) ResolveOutput(JsonObject document, string name, ComfyUINodeCatalogue? catalogue)
    {
        int dot = name.LastIndexOf('.');
        string node = ResolveNode(document, dot > 0 ? name.Substring(0, dot) : name);
        string output = dot > 0 ? name.Substring(dot + 1) : "0";
        ComfyUINodeDefinition? definition = catalogue?.Find(ClassOf((JsonObject)document[node]!) ?? string.Empty);
        if (int.TryParse(output, NumberStyles.None, CultureInfo.InvariantCulture, out int slot) && (definition is null || slot < definition.Outputs.Count))
        {
            return (node, slot);
        }

        var names = new List<string>();
        for (int i = 0; i < definition?.Outputs.Count; i++)
        {
            if (string.Equals(definition.Outputs[i].Name, output, StringComparison.OrdinalIgnoreCase))
            {
                return (node, i);
            }

            names.Add(JsonAccess.Invariant(i) + " (" + definition.Outputs[i].Name + ")");
        }

        throw Unknown($"Node {node} has no output '{output}'. " + (definition is null ? "Give its index, from 0." : $"It has: {List(names)}."));
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

    private static string FindInput(JsonObject document, string nodeId, string input, string name, ComfyUINodeCatalogue? catalogue)
    {
        List<string> known = Of(document, nodeId, catalogue);
        if (known.Contains(input))
        {
            return input;
        }

        string? match = null;
        foreach (string candidate in known)
        {
            if (string.Equals(candidate, input, StringComparison.OrdinalIgnoreCase))
            {
                match = match is null ? candidate : string.Empty;
            }
        }

        if (!string.IsNullOrEmpty(match))
        {
            return match!;
        }

        string node = name.Substring(0, name.Length - input.Length - 1);
        throw Unknown(
            $"Node {nodeId} ({ClassOf((JsonObject)document[nodeId]!)}) has no input '{input}'. It has: {List(known.ConvertAll(known => node + "." + known))}.");
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

    /// <summary>The inputs a node has, and with a catalogue those it could have.</summary>
    private static List<string> Of(JsonObject document, string nodeId, ComfyUINodeCatalogue? catalogue)
    {
        JsonObject inputs = InputsOf(document, nodeId);
        var names = new List<string>();
        foreach (KeyValuePair<string, JsonNode?> entry in inputs)
        {
            names.Add(entry.Key);
        }

        if (catalogue?.Find(ClassOf((JsonObject)document[nodeId]!) ?? string.Empty) is { } definition)
        {
            foreach (PromptInputDefinition input in PromptInputDefinitions.For(definition, inputs))
            {
                if (!inputs.ContainsKey(input.Name))
                {
                    names.Add(input.Name);
                }
            }
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
