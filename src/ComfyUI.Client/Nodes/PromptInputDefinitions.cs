using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// The inputs a node of a prompt can have. Dynamic inputs count with what they stand for: a dynamic combo with the inputs of its choice, a
/// dynamic slot with its own when it is linked, a growing list with the entries there are.
/// </summary>
internal static class PromptInputDefinitions
{
    // A catalogue is only another server's word.
    private const int MaxNesting = 32;
    private const int MaxGrown = 100;

    internal static List<PromptInputDefinition> For(ComfyUINodeDefinition definition, JsonObject inputs)
    {
        var result = new List<PromptInputDefinition>(definition.Inputs.Count);
        foreach (ComfyUIInputDefinition input in definition.Inputs)
        {
            if (input.Section != ComfyUIInputSection.Hidden)
            {
                Add(result, input, input.Name, input.Section == ComfyUIInputSection.Required, inputs, 0);
            }
        }

        return result;
    }

    /// <summary>Looks up one input; null when the class has none of that name.</summary>
    internal static ComfyUIInputDefinition? Find(ComfyUINodeDefinition? definition, JsonObject inputs, string name)
    {
        if (definition is null)
        {
            return null;
        }

        if (name.IndexOf('.') < 0)
        {
            return definition.FindInput(name) is { Section: not ComfyUIInputSection.Hidden } plain ? plain : null;
        }

        foreach (PromptInputDefinition input in For(definition, inputs))
        {
            if (input.Name == name)
            {
                return input.Definition;
            }
        }

        return null;
    }

    private static void Add(List<PromptInputDefinition> result, ComfyUIInputDefinition input, string name, bool required, JsonObject inputs, int nesting)
    {
        if (input.Type == WidgetTypes.Autogrow)
        {
            AddGrown(result, input, name, required, inputs);
            return;
        }

        result.Add(new PromptInputDefinition(name, input, required));
        if (nesting >= MaxNesting)
        {
            return;
        }

        if (input.Type == WidgetTypes.DynamicCombo)
        {
            string? chosen = JsonRead.Text(inputs[name]);
            foreach (DynamicInputOption option in input.DynamicOptions)
            {
                if (option.Key == chosen)
                {
                    AddChildren(result, option.Inputs, name, required, inputs, nesting);
                    return;
                }
            }
        }
        else if (input.Type == WidgetTypes.DynamicSlot && inputs[name] is JsonArray
            && input.Options.TryGetProperty("inputs", out JsonElement sections) && sections.ValueKind == JsonValueKind.Object)
        {
            AddChildren(result, NodeDefinitionReader.ReadSections(sections), name, required, inputs, nesting);
        }
    }

    private static void AddChildren(
        List<PromptInputDefinition> result, IReadOnlyList<ComfyUIInputDefinition> children, string name, bool required, JsonObject inputs, int nesting)
    {
        foreach (ComfyUIInputDefinition child in children)
        {
            bool childRequired = required && child.Section == ComfyUIInputSection.Required;
            Add(result, child, name + "." + child.Name, childRequired, inputs, nesting + 1);
        }
    }

    // The template's one input, once for each entry there is, and for those there must be.
    private static void AddGrown(List<PromptInputDefinition> result, ComfyUIInputDefinition input, string name, bool required, JsonObject inputs)
    {
        if (!input.Options.TryGetProperty("template", out JsonElement template) || template.ValueKind != JsonValueKind.Object
            || !template.TryGetProperty("input", out JsonElement sections) || sections.ValueKind != JsonValueKind.Object
            || NodeDefinitionReader.ReadSections(sections) is not { Count: > 0 } inputsOfTemplate)
        {
            return;
        }

        ComfyUIInputDefinition entry = inputsOfTemplate[0];
        int least = required && entry.Section == ComfyUIInputSection.Required ? (int)(template.MemberNumber("min") ?? 0) : 0;
        int index = 0;
        foreach (string suffix in Suffixes(template))
        {
            string entryName = name + "." + suffix;
            if (index < least || inputs.ContainsKey(entryName))
            {
                result.Add(new PromptInputDefinition(entryName, entry, index < least));
            }

            index++;
        }
    }

    private static IEnumerable<string> Suffixes(JsonElement template)
    {
        if (template.TryGetProperty("names", out JsonElement names) && names.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement name in names.EnumerateArray())
            {
                yield return name.ToString();
            }

            yield break;
        }

        string prefix = template.MemberText("prefix") ?? string.Empty;
        for (int i = 0; i < MaxGrown; i++)
        {
            yield return prefix + i.ToString(CultureInfo.InvariantCulture);
        }
    }
}
