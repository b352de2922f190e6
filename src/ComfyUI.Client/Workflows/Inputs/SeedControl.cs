using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// What the interface does with a number between runs: the word in the slot behind it (<c>control_after_generate</c>) is <c>fixed</c>,
/// <c>increment</c>, <c>decrement</c> or <c>randomize</c>.
/// </summary>
internal static class SeedControl
{
    internal const string Fixed = "fixed";

    private const string Increment = "increment";
    private const string Decrement = "decrement";
    private const string Randomize = "randomize";
    private const string Name = "control_after_generate";

    /// <summary>The word that goes with the value kept there; what a new widget has when the file says nothing.</summary>
    internal static string Read(WidgetPlace? place, ComfyUIInputDefinition definition)
    {
        JsonNode? word = place?.Node.WidgetValues switch
        {
            JsonArray values when place.Slot >= 0 && place.Slot + 1 < values.Count => values[place.Slot + 1],
            JsonObject values => values[Name],
            _ => null,
        };
        return Known(JsonRead.Text(word)) ?? Known(definition.ControlDefault) ?? Randomize;
    }

    /// <summary>The value after so many runs.</summary>
    internal static decimal Next(string word, JsonNode? current, ComfyUIInputDefinition definition, int runs)
    {
        // What the interface takes when the server gives no limits.
        decimal minimum = definition.Minimum ?? 0;
        decimal maximum = definition.Maximum ?? 2048;
        decimal step = definition.Step is { } given && given != 0 ? given : 1;
        decimal value = word switch
        {
            Increment => Number(current) + (runs * step),
            Decrement => Number(current) - (runs * step),
            Randomize => RandomSeed.Between(minimum, maximum, step),
            _ => Number(current),
        };
        return Math.Max(minimum, Math.Min(maximum, value));
    }

    private static string? Known(string? word) => word is Fixed or Increment or Decrement or Randomize ? word : null;

    private static decimal Number(JsonNode? value)
        => decimal.TryParse(JsonRead.Key(value), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : 0;
}
