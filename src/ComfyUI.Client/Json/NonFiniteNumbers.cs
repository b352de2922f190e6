using System;
using System.Diagnostics.CodeAnalysis;

namespace ComfyUI.Client;

/// <summary>
/// Python writes <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> into JSON without quotes. System.Text.Json refuses them, so
/// they are put into marked strings before parsing and recognised again afterwards.
/// </summary>
internal static class NonFiniteNumbers
{
    // Private-use characters that no real text holds mark our strings.
    private const string Mark = "\uE0C0\uE0F1";

    /// <summary>The same bytes when no such number is in them, else a copy with each in a marked string.</summary>
    internal static ReadOnlyMemory<byte> Quote(ReadOnlyMemory<byte> utf8)
    {
        ReadOnlySpan<byte> source = utf8.Span;
        if (source.IndexOf("NaN"u8) < 0 && source.IndexOf("Infinity"u8) < 0)
        {
            return utf8;
        }

        var output = new System.IO.MemoryStream(source.Length + 64);
        int copied = 0;
        bool inString = false;
        for (int i = 0; i < source.Length; i++)
        {
            byte current = source[i];
            if (inString)
            {
                if (current == '\\')
                {
                    i++;
                }
                else if (current == '"')
                {
                    inString = false;
                }
            }
            else if (current == '"')
            {
                inString = true;
            }
            else if (TokenAt(source.Slice(i), out string? token))
            {
                Append(output, source.Slice(copied, i - copied));
                byte[] quoted = System.Text.Encoding.UTF8.GetBytes("\"" + Mark + token + "\"");
                output.Write(quoted, 0, quoted.Length);
                i += token.Length - 1;
                copied = i + 1;
            }
        }

        if (copied == 0)
        {
            return utf8;
        }

        Append(output, source.Slice(copied));
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    /// <summary>Whether a parsed string is one of the marked ones, and which number it stands for.</summary>
    internal static bool TryRead(string text, out double number)
    {
        number = 0;
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return false;
        }

        switch (text.Substring(Mark.Length))
        {
            case "NaN":
                number = double.NaN;
                return true;
            case "Infinity":
                number = double.PositiveInfinity;
                return true;
            case "-Infinity":
                number = double.NegativeInfinity;
                return true;
            default:
                return false;
        }
    }

    private static bool TokenAt(ReadOnlySpan<byte> source, [NotNullWhen(true)] out string? token)
    {
        token = source.StartsWith("NaN"u8) ? "NaN"
            : source.StartsWith("Infinity"u8) ? "Infinity"
            : source.StartsWith("-Infinity"u8) ? "-Infinity"
            : null;
        return token is not null;
    }

    private static void Append(System.IO.MemoryStream output, ReadOnlySpan<byte> bytes)
    {
#if NETSTANDARD2_0
        byte[] copy = bytes.ToArray();
        output.Write(copy, 0, copy.Length);
#else
        output.Write(bytes);
#endif
    }
}
