using System;
using System.Collections.Generic;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>Turns one entry of <c>object_info</c> into a definition, whichever generation of node wrote it.</summary>
internal static class NodeDefinitionReader
{
    private static readonly JsonElement NoOptions = JsonText.ParseElement("{}"u8.ToArray());

    internal static ComfyUINodeDefinition Read(string name, JsonElement node)
    {
        string displayName = Text(node, "display_name");
        return new ComfyUINodeDefinition(name)
        {
            DisplayName = displayName.Length > 0 ? displayName : name,
            Description = Text(node, "description"),
            Category = Text(node, "category"),
            PythonModule = Text(node, "python_module"),
            IsOutputNode = Flag(node, "output_node"),
            IsDeprecated = Flag(node, "deprecated"),
            IsExperimental = Flag(node, "experimental"),
            IsApiNode = Flag(node, "api_node"),
            SearchAliases = Strings(node, "search_aliases"),
            HasInputOrder = node.TryGetProperty("input_order", out JsonElement order) && order.ValueKind == JsonValueKind.Object,
            IsOf2026 = node.TryGetProperty("is_input_list", out _),
            Inputs = ReadInputs(node),
            Outputs = ReadOutputs(node),
        };
    }

    /// <summary>A JSON value as the .NET value a person would expect.</summary>
    internal static object? ToObject(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                string text = value.GetString()!;
                return NonFiniteNumbers.TryRead(text, out double special) ? special : text;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number:
                string literal = value.GetRawText();
                if (literal.IndexOfAny(['.', 'e', 'E']) >= 0)
                {
                    return value.GetDouble();
                }

                return value.TryGetInt64(out long small) ? small
                    : value.TryGetUInt64(out ulong large) ? large
                    : value.TryGetDecimal(out decimal huge) ? huge
                    : value.GetDouble();
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return value;
        }
    }

    internal static IReadOnlyList<object> ReadChoices(JsonElement choices)
    {
        if (choices.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var list = new List<object>(choices.GetArrayLength());
        foreach (JsonElement choice in choices.EnumerateArray())
        {
            JsonElement value = choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("key", out JsonElement key) ? key : choice;
            if (ToObject(value) is { } item)
            {
                list.Add(item);
            }
        }

        return list;
    }

    internal static IReadOnlyList<DynamicInputOption> ReadDynamicOptions(JsonElement choices)
    {
        var list = new List<DynamicInputOption>();
        if (choices.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement choice in choices.EnumerateArray())
            {
                if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("key", out JsonElement key))
                {
                    IReadOnlyList<ComfyUIInputDefinition> inputs =
                        choice.TryGetProperty("inputs", out JsonElement sections) && sections.ValueKind == JsonValueKind.Object ? ReadSections(sections) : [];
                    list.Add(new DynamicInputOption(key.ValueKind == JsonValueKind.String ? key.GetString()! : key.GetRawText(), inputs));
                }
            }
        }

        return list;
    }

    /// <summary>The inputs that a dynamic input brings along: required ones, then optional ones.</summary>
    internal static IReadOnlyList<ComfyUIInputDefinition> ReadSections(JsonElement sections)
    {
        var inputs = new List<ComfyUIInputDefinition>();
        AddSection(inputs, sections, default, "required", ComfyUIInputSection.Required);
        AddSection(inputs, sections, default, "optional", ComfyUIInputSection.Optional);
        return inputs;
    }

    private static IReadOnlyList<ComfyUIInputDefinition> ReadInputs(JsonElement node)
    {
        if (!node.TryGetProperty("input", out JsonElement sections) || sections.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        node.TryGetProperty("input_order", out JsonElement order);
        var inputs = new List<ComfyUIInputDefinition>();
        AddSection(inputs, sections, order, "required", ComfyUIInputSection.Required);
        AddSection(inputs, sections, order, "optional", ComfyUIInputSection.Optional);
        AddSection(inputs, sections, order, "hidden", ComfyUIInputSection.Hidden);
        return inputs;
    }

    private static void AddSection(
        List<ComfyUIInputDefinition> inputs, JsonElement sections, JsonElement orders, string key, ComfyUIInputSection section)
    {
        if (!sections.TryGetProperty(key, out JsonElement specs) || specs.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        HashSet<string>? ordered = null;
        if (orders.ValueKind == JsonValueKind.Object && orders.TryGetProperty(key, out JsonElement order) && order.ValueKind == JsonValueKind.Array)
        {
            ordered = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonElement item in order.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String && specs.TryGetProperty(item.GetString()!, out JsonElement spec) && ordered.Add(item.GetString()!))
                {
                    inputs.Add(ReadInput(item.GetString()!, section, spec));
                }
            }
        }

        foreach (JsonProperty property in specs.EnumerateObject())
        {
            if (ordered is null || ordered.Add(property.Name))
            {
                inputs.Add(ReadInput(property.Name, section, property.Value));
            }
        }
    }

    private static ComfyUIInputDefinition ReadInput(string name, ComfyUIInputSection section, JsonElement spec)
    {
        JsonElement type = spec;
        JsonElement options = NoOptions;
        if (spec.ValueKind == JsonValueKind.Array)
        {
            int length = spec.GetArrayLength();
            type = length > 0 ? spec[0] : default;
            options = length > 1 && spec[1].ValueKind == JsonValueKind.Object ? spec[1] : NoOptions;
        }

        if (type.ValueKind == JsonValueKind.Array)
        {
            return new ComfyUIInputDefinition(name, section, "COMBO", type, options);
        }

        options.TryGetProperty("options", out JsonElement choices);
        string typeName = type.ValueKind == JsonValueKind.String ? type.GetString()! : "*";
        return new ComfyUIInputDefinition(name, section, typeName.Length > 0 ? typeName : "*", choices, options);
    }

    private static IReadOnlyList<ComfyUIOutputDefinition> ReadOutputs(JsonElement node)
    {
        if (!node.TryGetProperty("output", out JsonElement types) || types.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var outputs = new List<ComfyUIOutputDefinition>(types.GetArrayLength());
        int index = 0;
        foreach (JsonElement element in types.EnumerateArray())
        {
            string type = element.ValueKind == JsonValueKind.String ? element.GetString()! : "COMBO";
            JsonElement name = Item(node, "output_name", index);
            JsonElement tooltip = Item(node, "output_tooltips", index);
            outputs.Add(new ComfyUIOutputDefinition(
                name.ValueKind == JsonValueKind.String ? name.GetString()! : type,
                type,
                Item(node, "output_is_list", index).ValueKind == JsonValueKind.True,
                tooltip.ValueKind == JsonValueKind.String ? tooltip.GetString() : null));
            index++;
        }

        return outputs;
    }

    private static JsonElement Item(JsonElement node, string key, int index)
        => node.TryGetProperty(key, out JsonElement list) && list.ValueKind == JsonValueKind.Array && index < list.GetArrayLength()
            ? list[index]
            : default;

    private static string Text(JsonElement node, string key)
        => node.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;

    private static bool Flag(JsonElement node, string key)
        => node.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static IReadOnlyList<string> Strings(JsonElement node, string key)
    {
        if (!node.TryGetProperty(key, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var strings = new List<string>(list.GetArrayLength());
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                strings.Add(item.GetString()!);
            }
        }

        return strings;
    }
}
