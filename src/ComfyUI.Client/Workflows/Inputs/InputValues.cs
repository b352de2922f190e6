using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Makes values fit the inputs they are for, and says what is wrong with those that do not.</summary>
internal static class InputValues
{
    /// <summary>
    /// The value as the input takes it: texts of numbers become numbers, <c>true</c> and <c>false</c> become what they say (to the server any
    /// text is true), 30.0 becomes 30 for whole numbers. What fits nothing stays as it is.
    /// </summary>
    internal static JsonNode? Fit(JsonNode? value, ComfyUIInputDefinition? definition)
    {
        if (definition is null || value is not JsonValue)
        {
            return value;
        }

        string text = JsonAccess.Display(value);
        switch (definition.WidgetType)
        {
            case "INT" when Number(value) is { } number && number == decimal.Truncate(number):
                return JsonNumber.FromLiteral(decimal.Truncate(number).ToString(CultureInfo.InvariantCulture));
            case "FLOAT" when JsonRead.Text(value) is not null && Number(value) is not null:
                return JsonNumber.FromLiteral(Number(value)!.Value.ToString(CultureInfo.InvariantCulture));
            case "BOOLEAN" when bool.TryParse(text, out bool flag):
                return JsonValue.Create(flag);
            case "BOOLEAN" when text is "0" or "1":
                return JsonValue.Create(text == "1");
            case "STRING" when JsonRead.Text(value) is null:
                return JsonValue.Create(text);
            case SlotType.Combo:
                return FindChoice(definition.Choices, text) is { } choice ? ToJson(choice) ?? value : value;
            default:
                return value;
        }
    }

    /// <summary>Checks a value by the input's type, limits and choices.</summary>
    /// <exception cref="ComfyUIValidationException">The server would not take it.</exception>
    internal static void Check(JsonNode? value, ComfyUIInputDefinition definition, string name)
    {
        string shown = Redaction.ServerLine(JsonAccess.Display(value), 80);
        if (!WidgetTypes.IsWidget(definition))
        {
            throw Invalid($"'{name}' takes no value but a link to an output of type {definition.Type}.", "Use -Link with a node and the index of its output, such as 4.0.");
        }

        switch (definition.WidgetType)
        {
            case "INT" when Number(value) is not { } number || number != decimal.Truncate(number):
                throw Invalid($"'{name}' takes a whole number, not '{shown}'.", "Give a whole number" + Limits(definition) + ".");
            case "FLOAT" when Number(value) is null:
                throw Invalid($"'{name}' takes a number, not '{shown}'.", "Give a number" + Limits(definition) + ".");
            case "INT" or "FLOAT":
                CheckLimits(value, definition, name, shown);
                return;
            case "BOOLEAN" when value is not JsonValue flag || !flag.TryGetValue(out bool _):
                throw Invalid($"'{name}' is on or off, not '{shown}'.", "Give $true or $false.");
            case "STRING" when JsonRead.Text(value) is null:
                throw Invalid($"'{name}' takes a text, not '{shown}'.", "Give a string.");
            case SlotType.Combo or WidgetTypes.DynamicCombo:
                CheckChoice(value, definition, name);
                return;
        }
    }

    /// <summary>Whether the choices are all there is: names of files that were uploaded, and lists that are fetched elsewhere, need not be among them.</summary>
    internal static bool ChoicesAreClosed(ComfyUIInputDefinition definition) => definition.UploadKind is null && definition.RemoteRoute is null;

    /// <summary>The choice that somebody probably meant; null when none is near.</summary>
    internal static string? NearestChoice(JsonNode? value, ComfyUIInputDefinition definition)
        => NearestName.Find(JsonAccess.Display(value), Names(definition.Choices));

    /// <summary>The choices as people read them.</summary>
    internal static IReadOnlyList<string> Names(IReadOnlyList<object> choices)
    {
        var names = new List<string>();
        foreach (object choice in choices)
        {
            names.Add(Display(choice));
        }

        return names;
    }

    /// <summary>
    /// The choice that a text means: the one that reads the same, else the one that is the same number, for PowerShell makes 3 of 3.0 on its
    /// way here. Null when it means none.
    /// </summary>
    internal static object? FindChoice(IReadOnlyList<object> choices, string text)
    {
        object? equal = null;
        bool isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number);
        foreach (object choice in choices)
        {
            string name = Display(choice);
            if (name == text)
            {
                return choice;
            }

            if (isNumber && equal is null && decimal.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal other) && other == number)
            {
                equal = choice;
            }
        }

        return equal;
    }

    /// <summary>A choice as the server takes it.</summary>
    internal static JsonNode? ToJson(object choice) => choice switch
    {
        string name => JsonValue.Create(name),
        bool flag => JsonValue.Create(flag),
        _ => JsonNumber.TryCreate(choice),
    };

    private static void CheckLimits(JsonNode? value, ComfyUIInputDefinition definition, string name, string shown)
    {
        decimal number = Number(value)!.Value;
        if (number < definition.Minimum || number > definition.Maximum)
        {
            throw Invalid($"'{name}' does not take {shown}: it must be{Limits(definition)}.", "Give a number" + Limits(definition) + ", or use -Force.");
        }
    }

    private static void CheckChoice(JsonNode? value, ComfyUIInputDefinition definition, string name)
    {
        // Catalogues that were saved to be shared have empty lists of files.
        if (definition.Choices.Count == 0 || !ChoicesAreClosed(definition))
        {
            return;
        }

        foreach (JsonNode? item in definition.IsMultiSelect && value is JsonArray many ? many : [JsonText.Clone(value)])
        {
            if (!IsChoice(item, definition))
            {
                string shown = Redaction.ServerLine(JsonAccess.Display(item), 80);
                string? nearest = NearestChoice(item, definition);
                throw Invalid(
                    $"'{name}' has no choice '{shown}'." + (nearest is null ? string.Empty : $" Did you mean '{nearest}'?"),
                    "Get-ComfyUIWorkflowInput lists the choices; -Force sets the value all the same.");
            }
        }
    }

    internal static bool IsChoice(JsonNode? value, ComfyUIInputDefinition definition)
    {
        string text = JsonAccess.Display(value);
        bool isText = JsonRead.Text(value) is not null;
        foreach (object choice in definition.Choices)
        {
            if (choice is string name ? isText && name == text : !isText && Display(choice) == text)
            {
                return true;
            }
        }

        return false;
    }

    private static string Limits(ComfyUIInputDefinition definition)
    {
        string least = definition.Minimum is { } min ? " from " + Text(min) : string.Empty;
        return definition.Maximum is { } max ? least + (least.Length > 0 ? " to " : " at most ") + Text(max) : least.Length > 0 ? " at least" + least.Substring(5) : string.Empty;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Display(object choice) => choice switch
    {
        bool flag => flag ? "true" : "false",
        JsonElement element => element.GetRawText(),
        _ => Convert.ToString(choice, CultureInfo.InvariantCulture)!,
    };

    private static decimal? Number(JsonNode? value)
        => value is JsonValue plain && !plain.TryGetValue(out bool _)
            && decimal.TryParse(JsonAccess.Display(plain), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;

    private static ComfyUIValidationException Invalid(string message, string advice)
        => new(ComfyUIErrorId.InvalidInputValue, message) { RecommendedAction = advice };
}
