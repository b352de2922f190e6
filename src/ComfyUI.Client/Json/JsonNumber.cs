using System;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Makes JSON numbers out of .NET ones so that neither value nor kind is lost: a <see cref="double"/> keeps a point.</summary>
internal static class JsonNumber
{
    /// <summary>A JSON number for a .NET number; null when <paramref name="value"/> is none.</summary>
    internal static JsonValue? TryCreate(object value) => value switch
    {
        sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger or decimal
            => FromLiteral(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        double number => FromDouble(number),
        float number => FromDouble(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>The shortest JSON text that reads back as the same double; <c>1.0</c> stays a float for Python.</summary>
    internal static string Literal(double number)
    {
        if (double.IsNaN(number))
        {
            return "NaN";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "Infinity" : "-Infinity";
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E', 'e']) < 0 ? text + ".0" : text;
    }

    /// <summary>The JSON number with exactly this text.</summary>
    internal static JsonValue FromLiteral(string literal)
    {
        using JsonDocument document = JsonDocument.Parse(literal);
        return JsonValue.Create(document.RootElement.Clone())!;
    }

    private static JsonValue FromDouble(double number)
        => double.IsNaN(number) || double.IsInfinity(number) ? JsonValue.Create(number) : FromLiteral(Literal(number));
}
