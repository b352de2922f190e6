using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// What the interface does with a number or choice between runs: the word in the slot behind it (<c>control_after_generate</c>) is <c>fixed</c>,
/// <c>increment</c>, <c>decrement</c> or <c>randomize</c>; for a choice also <c>increment-wrap</c>, with the text of a filter behind it.
/// </summary>
internal static class SeedControl
{
    internal const string Fixed = "fixed";
    internal const string Increment = "increment";
    internal const string IncrementWrap = "increment-wrap";
    internal const string Decrement = "decrement";
    internal const string Randomize = "randomize";

    private const string Name = "control_after_generate";
    private const string FilterName = "control_filter_list";

    /// <summary>Whether the interface would put such a word behind a widget of this definition, on its own node.</summary>
    internal static bool IsOn(ComfyUIInputDefinition definition) => definition.ControlAfterGenerate && IsPossible(definition);

    /// <summary>Whether the interface puts such a word behind a PrimitiveNode's value for a widget of this definition.</summary>
    internal static bool IsPossible(ComfyUIInputDefinition definition)
        => definition.Type is "INT" or "FLOAT" || (definition.Type == SlotType.Combo && !definition.IsMultiSelect);

    /// <summary>The word that goes with the value kept there; what a new widget has when the file says nothing.</summary>
    internal static string Read(WidgetPlace? place, ComfyUIInputDefinition definition)
        => Known(Behind(place, 1, Name)) ?? (place?.Node.Type == VirtualNodes.Primitive ? Fixed : Known(definition.ControlDefault) ?? Randomize);

    /// <summary>The value after so many runs; null when there is none to go to.</summary>
    internal static JsonNode? Next(string word, WidgetPlace? place, JsonNode? current, ComfyUIInputDefinition definition, int runs)
        => definition.Type == SlotType.Combo
            ? ComboControl.Next(word, Behind(place, 2, FilterName), current, definition.Choices, runs)
            : JsonNumber.TryCreate(Next(word, current, definition, runs));

    private static decimal Next(string word, JsonNode? current, ComfyUIInputDefinition definition, int runs)
    {
        // What the interface takes when the server gives no limits.
        decimal minimum = definition.Minimum ?? 0;
        decimal maximum = definition.Maximum ?? 2048;
        decimal step = definition.Step is { } given && given != 0 ? given : definition.Type == "FLOAT" ? 0.5m : 1;
        decimal value = word switch
        {
            Increment => Number(current) + (runs * step),
            Decrement => Number(current) - (runs * step),
            Randomize => RandomSeed.Between(minimum, maximum, step),
            _ => Number(current),
        };
        return Math.Max(minimum, Math.Min(maximum, value));
    }

    private static string? Behind(WidgetPlace? place, int slots, string name) => JsonRead.Text(place?.Node.WidgetValues switch
    {
        JsonArray values when place.Slot >= 0 && place.Slot + slots < values.Count => values[place.Slot + slots],
        JsonObject values => values[name],
        _ => null,
    });

    private static string? Known(string? word) => word is Fixed or Increment or IncrementWrap or Decrement or Randomize ? word : null;

    private static decimal Number(JsonNode? value)
        => decimal.TryParse(JsonRead.Key(value), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : 0;
}
