using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>Writes JSON byte for byte as Python's json.dumps does by default: ", " and ": ", ASCII only, NaN as it is.</summary>
internal static class PyJsonWriter
{
    /// <summary>The document as text.</summary>
    public static string Write(object? value)
    {
        var output = new StringBuilder(256);
        Append(output, value);
        return output.ToString();
    }

    /// <summary>The document as bytes; the text is ASCII by construction.</summary>
    public static byte[] WriteBytes(object? value) => Encoding.ASCII.GetBytes(Write(value));

    /// <summary>A float as Python's repr shows it: <c>1.0</c>, <c>1e+16</c>, <c>5e-05</c>, <c>NaN</c>.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Infinity" : "-Infinity";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        // The shortest digits that round-trip, then Python's rule of when to use an exponent.
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var (negative, digits) = Digits(shortest);
        var sign = negative ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        digits = digits.PadRight(exponent + 1, '0');
        var fraction = digits[(exponent + 1)..];
        return sign + digits[..(exponent + 1)] + "." + (fraction.Length == 0 ? "0" : fraction);
    }

    private static (bool Negative, string Digits) Digits(string number)
    {
        var digits = new StringBuilder(20);
        foreach (var c in number)
        {
            if (c is 'E' or 'e')
            {
                break;
            }

            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
        }

        var text = digits.ToString().TrimStart('0').TrimEnd('0');
        return (number[0] == '-', text.Length == 0 ? "0" : text);
    }

    private static void Append(StringBuilder output, object? value)
    {
        switch (value)
        {
            case null: output.Append("null"); break;
            case string text: Quote(output, text); break;
            case bool flag: output.Append(flag ? "true" : "false"); break;
            case int small: output.Append(small); break;
            case long number: output.Append(number); break;
            case BigInteger big: output.Append(big.ToString(CultureInfo.InvariantCulture)); break;
            case double real: output.Append(Float(real)); break;
            case IEnumerable<KeyValuePair<string, object?>> map: AppendMap(output, map); break;
            case IEnumerable list: AppendList(output, list); break;
            default: throw new NotSupportedException($"No JSON form for {value.GetType()}.");
        }
    }

    private static void AppendMap(StringBuilder output, IEnumerable<KeyValuePair<string, object?>> map)
    {
        output.Append('{');
        var first = true;
        foreach (var (key, value) in map)
        {
            if (!first)
            {
                output.Append(", ");
            }

            first = false;
            Quote(output, key);
            output.Append(": ");
            Append(output, value);
        }

        output.Append('}');
    }

    private static void AppendList(StringBuilder output, IEnumerable list)
    {
        output.Append('[');
        var first = true;
        foreach (var item in list)
        {
            if (!first)
            {
                output.Append(", ");
            }

            first = false;
            Append(output, item);
        }

        output.Append(']');
    }

    private static void Quote(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': output.Append("\\\""); break;
                case '\\': output.Append("\\\\"); break;
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                case '\b': output.Append("\\b"); break;
                case '\f': output.Append("\\f"); break;
                case < ' ' or > '~':
                    output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default: output.Append(c); break;
            }
        }

        output.Append('"');
    }
}
