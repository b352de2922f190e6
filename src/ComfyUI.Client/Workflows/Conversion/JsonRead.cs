using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads from a document whose shape nobody vouches for: what is not as expected counts as absent.</summary>
internal static class JsonRead
{
    /// <remarks>The kind is asked first: asking a number for its text costs an object each time.</remarks>
    internal static string? Text(JsonNode? node)
        => node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.TryGetValue(out string? text) ? text : null;

    /// <summary>An id, which files hold as number or text.</summary>
    internal static string? Key(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return null;
        }

        if (Text(value) is { } text)
        {
            return text;
        }

        if (TryGetInt(value, out int small))
        {
            return small.ToString(CultureInfo.InvariantCulture);
        }

        return value.TryGetValue(out JsonElement element) && element.ValueKind == JsonValueKind.Number ? element.GetRawText() : null;
    }

    internal static int Int(JsonNode? node, int fallback = 0)
    {
        if (node is not JsonValue value)
        {
            return fallback;
        }

        if (TryGetInt(value, out int number))
        {
            return number;
        }

        return Text(value) is { } text && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number)
            ? number
            : fallback;
    }

    internal static bool TryGetInt(JsonValue value, out int number)
    {
        if (value.TryGetValue(out JsonElement element))
        {
            if (element.ValueKind == JsonValueKind.Number)
            {
                if (element.TryGetInt32(out number))
                {
                    return true;
                }

                if (element.TryGetDouble(out double real) && real == Math.Floor(real) && Math.Abs(real) < int.MaxValue)
                {
                    number = (int)real;
                    return true;
                }
            }

            number = 0;
            return false;
        }

        return value.TryGetValue(out number);
    }

    /// <summary>Whether a value counts as true in JavaScript.</summary>
    internal static bool IsTruthy(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return node is not null;
        }

        if (Text(value) is { } text)
        {
            return text.Length > 0;
        }

        if (value.TryGetValue(out bool flag))
        {
            return flag;
        }

        return TryGetDouble(value, out double number) && number != 0 && !double.IsNaN(number);
    }

    internal static bool TryGetDouble(JsonValue value, out double number)
    {
        if (value.TryGetValue(out JsonElement element))
        {
            number = 0;
            return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out number);
        }

        return value.TryGetValue(out number);
    }

    /// <summary>How many <see cref="Items"/> there are.</summary>
    internal static int Count(JsonNode? node) => node switch
    {
        JsonArray array => array.Count,
        JsonObject map => map.Count,
        _ => 0,
    };

    /// <summary>The entries of an array, or the values of an object that stands for one.</summary>
    internal static IList<JsonNode?> Items(JsonNode? node) => node switch
    {
        JsonArray array => array,
        JsonObject map => new List<JsonNode?>(((IDictionary<string, JsonNode?>)map).Values),
        _ => Array.Empty<JsonNode?>(),
    };
}
