using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Makes a number fit an input as the interface does when a PrimitiveNode writes it there: within the limits, and a whole one in steps. What
/// fits already keeps its text.
/// </summary>
internal static class NumberFit
{
    internal static JsonNode? Apply(JsonNode? value, ComfyUIInputDefinition? definition)
    {
        if (definition?.WidgetType is not ("INT" or "FLOAT") || value is not JsonValue || JsonRead.Text(value) is not null
            || !decimal.TryParse(JsonRead.Key(value), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
        {
            return value;
        }

        decimal fitted = definition.WidgetType == "INT" ? InSteps(number, definition) : number;
        fitted = Math.Max(definition.Minimum ?? fitted, Math.Min(definition.Maximum ?? fitted, fitted));
        return fitted == number ? value : JsonNumber.TryCreate(fitted);
    }

    private static decimal InSteps(decimal number, ComfyUIInputDefinition definition)
    {
        decimal step = definition.Step is { } given && given > 0 ? given : 1;
        decimal offset = step == 1 ? 0 : (definition.Minimum ?? 0) % step;

        // As JavaScript rounds: a half goes up.
        return (decimal.Floor(((number - offset) / step) + 0.5m) * step) + offset;
    }
}
