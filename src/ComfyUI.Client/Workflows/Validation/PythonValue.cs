using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ComfyUI.Client;

/// <summary>What Python makes of JSON values, as far as the server's validation shows it.</summary>
internal static class PythonValue
{
    // Longer ones are beyond all limits, and int() of Python refuses more than 4,300 digits.
    private const int MostDigits = 400;

    private static readonly Regex Whole = new(@"^[+-]?[0-9]+(_[0-9]+)*$", RegexOptions.CultureInvariant);

    /// <summary><c>str(value)</c>.</summary>
    internal static string Str(JsonNode? value) => JsonRead.Text(value) ?? Repr(value);

    /// <summary><c>repr(value)</c>, with plain quotes.</summary>
    internal static string Repr(JsonNode? value)
    {
        switch (value)
        {
            case null:
                return "None";
            case JsonArray list:
                var items = new List<string>();
                foreach (JsonNode? item in list)
                {
                    items.Add(Repr(item));
                }

                return "[" + string.Join(", ", items) + "]";
            case JsonObject map:
                var members = new List<string>();
                foreach (KeyValuePair<string, JsonNode?> member in map)
                {
                    members.Add("'" + member.Key + "': " + Repr(member.Value));
                }

                return "{" + string.Join(", ", members) + "}";
            default:
                return ReprValue((JsonValue)value);
        }
    }

    /// <summary><c>int(value)</c>; null with the reason when it raises.</summary>
    internal static BigInteger? Int(JsonNode? value, out string error)
    {
        error = "int() argument must be a string, a bytes-like object or a real number, not '" + TypeName(value) + "'";
        if (value is not JsonValue plain)
        {
            return null;
        }

        if (plain.TryGetValue(out bool flag))
        {
            return flag ? BigInteger.One : BigInteger.Zero;
        }

        if (JsonRead.Text(plain) is { } text)
        {
            string trimmed = text.Trim();
            error = "invalid literal for int() with base 10: " + Repr(plain);
            return trimmed.Length <= MostDigits && Whole.IsMatch(trimmed)
                ? BigInteger.Parse(trimmed.Replace("_", string.Empty), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : null;
        }

        string literal = JsonText.Write(plain);
        if (literal.Length <= MostDigits && BigInteger.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole))
        {
            return whole;
        }

        double number = JsonAccess.Number(plain) ?? double.NaN;
        error = double.IsNaN(number) ? "cannot convert float NaN to integer" : "cannot convert float infinity to integer";
        return double.IsNaN(number) || double.IsInfinity(number) ? null : new BigInteger(Math.Truncate(number));
    }

    /// <summary><c>float(value)</c>; null with the reason when it raises.</summary>
    internal static double? Float(JsonNode? value, out string error)
    {
        error = "float() argument must be a string or a real number, not '" + TypeName(value) + "'";
        if (value is not JsonValue plain)
        {
            return null;
        }

        if (plain.TryGetValue(out bool flag))
        {
            return flag ? 1 : 0;
        }

        if (JsonRead.Text(plain) is not { } text)
        {
            return JsonAccess.Number(plain);
        }

        error = "could not convert string to float: " + Repr(plain);
        string trimmed = text.Trim();
        switch (trimmed.TrimStart('+', '-').ToLowerInvariant())
        {
            case "nan":
                return double.NaN;
            case "inf" or "infinity":
                return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    /// <summary><c>value == other</c>: numbers and booleans by value, text apart.</summary>
    internal static bool AreEqual(JsonNode? value, object other) => other switch
    {
        string text => JsonRead.Text(value) == text,
        bool flag => Number(value) == (flag ? 1 : 0),
        JsonElement element => JsonEquality.AreEqual(value, JsonText.ToNode(element)),
        _ => Number(value) == Convert.ToDouble(other, CultureInfo.InvariantCulture),
    };

    /// <summary><c>repr()</c> of a choice.</summary>
    internal static string Repr(object choice) => choice switch
    {
        string text => "'" + text + "'",
        bool flag => flag ? "True" : "False",
        JsonElement element => Repr(JsonText.ToNode(element)),
        double number => JsonNumber.Literal(number),
        _ => Convert.ToString(choice, CultureInfo.InvariantCulture)!,
    };

    internal static string TypeName(JsonNode? value) => value switch
    {
        null => "NoneType",
        JsonArray => "list",
        JsonObject => "dict",
        JsonValue plain when plain.TryGetValue(out bool _) => "bool",
        _ when JsonRead.Text(value) is not null => "str",
        _ => JsonText.Write(value).IndexOfAny(['.', 'e', 'E', 'N', 'I']) < 0 ? "int" : "float",
    };

    private static double? Number(JsonNode? value) => value is JsonValue plain && plain.TryGetValue(out bool flag) ? flag ? 1 : 0 : JsonAccess.Number(value);

    private static string ReprValue(JsonValue value)
        => value.TryGetValue(out string? text) ? "'" + text + "'"
            : value.TryGetValue(out bool flag) ? flag ? "True" : "False"
            : JsonText.Write(value);
}
