using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>What Python would make of a value: text, truth, conversion, comparison. The server's answers show it.</summary>
internal static class Py
{
    /// <summary>A PyDict in the order given.</summary>
    public static PyDict Dict(params ReadOnlySpan<(string Key, object? Value)> items)
    {
        var result = new PyDict(items.Length);
        foreach (var (key, value) in items)
        {
            result[key] = value;
        }

        return result;
    }

    /// <summary>str(value).</summary>
    public static string Str(object? value) => value as string ?? Repr(value);

    /// <summary>repr(value), for the kinds JSON has.</summary>
    public static string Repr(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        string text => ReprText(text),
        double real when double.IsNaN(real) => "nan",
        double real when double.IsInfinity(real) => real > 0 ? "inf" : "-inf",
        double real => PyJsonWriter.Float(real),
        long or int or BigInteger => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        PyDict map => "{" + string.Join(", ", map.Select(p => Repr(p.Key) + ": " + Repr(p.Value))) + "}",
        IEnumerable<object?> list => "[" + string.Join(", ", list.Select(Repr)) + "]",
        _ => value.ToString() ?? "",
    };

    /// <summary>The class name Python would put into an error message.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        string => "str",
        double => "float",
        long or int or BigInteger => "int",
        PyDict => "dict",
        PyList => "list",
        _ => value.GetType().Name,
    };

    /// <summary>bool(value).</summary>
    public static bool Truth(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        double real => real != 0,
        long number => number != 0,
        BigInteger big => !big.IsZero,
        PyDict map => map.Count > 0,
        PyList list => list.Count > 0,
        _ => true,
    };

    /// <summary>int(value); a refusal throws <see cref="PyException"/> with Python's words.</summary>
    public static object Int(object? value)
    {
        switch (value)
        {
            case bool flag: return flag ? 1L : 0L;
            case long or BigInteger: return value;
            case double real when double.IsNaN(real): throw new PyException("ValueError", "cannot convert float NaN to integer");
            case double real when double.IsInfinity(real): throw new PyException("OverflowError", "cannot convert float infinity to integer");
            case double real: return Shrink(new BigInteger(real));
            case string text:
                return BigInteger.TryParse(text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var big)
                    ? Shrink(big)
                    : throw new PyException("ValueError", $"invalid literal for int() with base 10: {Repr(text)}");
            default:
                throw new PyException("TypeError", $"int() argument must be a string, a bytes-like object or a real number, not '{TypeName(value)}'");
        }
    }

    /// <summary>float(value); a refusal throws <see cref="PyException"/> with Python's words.</summary>
    public static double Float(object? value)
    {
        switch (value)
        {
            case bool flag: return flag ? 1 : 0;
            case long number: return number;
            case BigInteger big: return (double)big;
            case double real: return real;
            case string text:
                return text.Trim().ToLowerInvariant() switch
                {
                    "nan" => double.NaN,
                    "inf" or "infinity" or "+inf" => double.PositiveInfinity,
                    "-inf" or "-infinity" => double.NegativeInfinity,
                    var plain => double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                        ? real
                        : throw new PyException("ValueError", $"could not convert string to float: {Repr(text)}"),
                };
            default:
                throw new PyException("TypeError", $"float() argument must be a string or a real number, not '{TypeName(value)}'");
        }
    }

    /// <summary>Whether Python's == holds: numbers and booleans by value, everything else by kind and content.</summary>
    public static bool Same(object? left, object? right)
    {
        if (IsNumber(left) && IsNumber(right))
        {
            return Compare(left, right) == 0;
        }

        return (left, right) switch
        {
            (null, null) => true,
            (string a, string b) => a == b,
            (PyList a, PyList b) => a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second)),
            (PyDict a, PyDict b) => a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var other) && Same(p.Value, other)),
            _ => false,
        };
    }

    /// <summary>Compares two numbers; exact for integers of any size.</summary>
    public static int Compare(object? left, object? right)
    {
        if (left is double || right is double)
        {
            return Float(left).CompareTo(Float(right));
        }

        return Big(left).CompareTo(Big(right));
    }

    /// <summary>Whether the value counts as a number in Python (booleans do).</summary>
    public static bool IsNumber(object? value) => value is bool or long or int or BigInteger or double;

    /// <summary>An integer of any size.</summary>
    public static BigInteger Big(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        int small => small,
        long number => number,
        BigInteger big => big,
        _ => throw new PyException("TypeError", "an integer is required"),
    };

    private static object Shrink(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private static string ReprText(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var built = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\': built.Append(@"\\"); break;
                case '\n': built.Append(@"\n"); break;
                case '\r': built.Append(@"\r"); break;
                case '\t': built.Append(@"\t"); break;
                case < ' ' or '\x7f': built.Append(@"\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)); break;
                default:
                    if (c == quote)
                    {
                        built.Append('\\');
                    }

                    built.Append(c);
                    break;
            }
        }

        return built.Append(quote).ToString();
    }
}
