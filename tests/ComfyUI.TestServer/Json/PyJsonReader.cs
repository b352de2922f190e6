using System;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>
/// Reads JSON as Python's json module does: NaN and Infinity are numbers, integers have no limit, <c>1</c> and <c>1.0</c>
/// stay different, the last of two equal keys wins.
/// </summary>
/// <remarks>Values are null, bool, long or BigInteger, double, string, PyList and PyDict.</remarks>
internal sealed class PyJsonReader
{
    private readonly string text;
    private int at;
    private int depth;

    private PyJsonReader(string text) => this.text = text;

    /// <summary>Reads one document; anything else throws <see cref="FormatException"/>.</summary>
    public static object? Parse(string text)
    {
        var reader = new PyJsonReader(text);
        var value = reader.Value();
        reader.Space();
        return reader.at == text.Length ? value : throw reader.Wrong("extra data");
    }

    private object? Value()
    {
        Space();
        if (at >= text.Length)
        {
            throw Wrong("expecting value");
        }

        switch (text[at])
        {
            case '{': return Object();
            case '[': return Array();
            case '"': return String();
            case 't' when Word("true"): return true;
            case 'f' when Word("false"): return false;
            case 'n' when Word("null"): return null;
            case 'N' when Word("NaN"): return double.NaN;
            case 'I' when Word("Infinity"): return double.PositiveInfinity;
            case '-' when Word("-Infinity"): return double.NegativeInfinity;
            default: return Number();
        }
    }

    private PyDict Object()
    {
        Enter();
        var result = new PyDict();
        at++;
        Space();
        if (Take('}'))
        {
            depth--;
            return result;
        }

        do
        {
            Space();
            if (at >= text.Length || text[at] != '"')
            {
                throw Wrong("expecting property name");
            }

            var key = String();
            Space();
            if (!Take(':'))
            {
                throw Wrong("expecting ':'");
            }

            result[key] = Value();
            Space();
        }
        while (Take(','));
        depth--;
        return Take('}') ? result : throw Wrong("expecting ','");
    }

    private PyList Array()
    {
        Enter();
        var result = new PyList();
        at++;
        Space();
        if (Take(']'))
        {
            depth--;
            return result;
        }

        do
        {
            result.Add(Value());
            Space();
        }
        while (Take(','));
        depth--;
        return Take(']') ? result : throw Wrong("expecting ','");
    }

    private string String()
    {
        at++;
        var start = at;
        while (at < text.Length && text[at] != '"' && text[at] != '\\' && text[at] >= ' ')
        {
            at++;
        }

        if (at < text.Length && text[at] == '"')
        {
            return text[start..at++];
        }

        var built = new StringBuilder(text, start, at - start, Math.Max(16, (at - start) * 2));
        while (at < text.Length && text[at] >= ' ')
        {
            var c = text[at++];
            if (c == '"')
            {
                return built.ToString();
            }

            built.Append(c == '\\' ? Escape() : c);
        }

        throw Wrong("unterminated string");
    }

    private char Escape()
    {
        if (at >= text.Length)
        {
            throw Wrong("unterminated string");
        }

        switch (text[at++])
        {
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when at + 4 <= text.Length
                && ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            default: throw Wrong("invalid escape");
        }
    }

    private object Number()
    {
        var start = at;
        Take('-');
        var digits = Digits();
        if (digits == 0 || (digits > 1 && text[at - digits] == '0'))
        {
            throw Wrong("expecting value");
        }

        var isFloat = false;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            isFloat = true;
            at++;
            Digits();
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            if (at + sign < text.Length && char.IsAsciiDigit(text[at + sign]))
            {
                isFloat = true;
                at += sign;
                Digits();
            }
        }

        var span = text.AsSpan(start, at - start);
        if (isFloat)
        {
            return double.Parse(span, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        return long.TryParse(span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small)
            ? (object)small
            : BigInteger.Parse(span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private int Digits()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - start;
    }

    private bool Word(string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private void Space()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
        {
            at++;
        }
    }

    private bool Take(char c)
    {
        if (at >= text.Length || text[at] != c)
        {
            return false;
        }

        at++;
        return true;
    }

    // Python stops at its recursion limit of about a thousand; a stack overflow would end the test process.
    private void Enter()
    {
        if (++depth > 900)
        {
            throw Wrong("maximum recursion depth exceeded");
        }
    }

    private FormatException Wrong(string what) => new($"{what} at character {at}");
}
