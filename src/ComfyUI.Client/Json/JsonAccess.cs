using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads members of JSON we did not write: what is missing or of another kind is null, never an exception.</summary>
internal static class JsonAccess
{
    /// <summary>The member as text; null when it is missing or no string.</summary>
    internal static string? Text(this JsonObject source, string name)
        => source[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The member as a number; null when it is missing or none.</summary>
    internal static double? Number(this JsonObject source, string name) => Number(source[name]);

    /// <summary>The node as a number; null when it is none.</summary>
    internal static double? Number(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return null;
        }

        if (value.TryGetValue(out JsonElement element))
        {
            return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double parsed) ? parsed : null;
        }

        return value.TryGetValue(out double number) ? number : null;
    }

    /// <summary>The member as a whole number; null when it is missing or none that fits.</summary>
    internal static long? Integer(this JsonObject source, string name)
        => Number(source[name]) is { } number && number is >= long.MinValue and < long.MaxValue ? (long)number : null;

    /// <summary>The member as true or false; null when it is missing or neither.</summary>
    internal static bool? Flag(this JsonObject source, string name)
        => source[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>The member as an object; null when it is missing or none.</summary>
    internal static JsonObject? Object(this JsonObject source, string name) => source[name] as JsonObject;

    /// <summary>The member as an array; null when it is missing or none.</summary>
    internal static JsonArray? Array(this JsonObject source, string name) => source[name] as JsonArray;

    /// <summary>A value as a short text for messages: strings without quotes, all else as JSON.</summary>
    internal static string Display(JsonNode? node)
        => node is JsonValue value && value.TryGetValue(out string? text) ? text : JsonText.Write(node);

    /// <summary>An element's member; null when the element is no object or lacks it.</summary>
    internal static JsonElement? Member(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : null;

    /// <summary>An element's member as text, with numbers as their digits; null when it is missing or neither.</summary>
    internal static string? MemberText(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>An element's member as a number; null when it is missing or none.</summary>
    internal static double? MemberNumber(this JsonElement element, string name)
        => element.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double value) ? value : null;

    /// <summary>Digits without culture.</summary>
    internal static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
