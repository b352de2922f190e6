using System;

namespace ComfyUI.Client;

/// <summary>
/// Python writes half a surrogate pair as an escape, for file names that are not valid UTF-8 for example. System.Text.Json refuses such
/// strings when they are read, so the halves become U+FFFD, the sign for a character that is none.
/// </summary>
internal static class LoneSurrogates
{
    /// <summary>The same bytes when every pair is whole, else a copy.</summary>
    internal static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> utf8)
    {
        byte[]? copy = null;
        ReadOnlySpan<byte> source = utf8.Span;
        int position = 0;
        while (position < source.Length)
        {
            int found = source.Slice(position).IndexOf((byte)'\\');
            if (found < 0)
            {
                break;
            }

            position += found;
            char? unit = UnitAt(source, position);
            if (unit is null)
            {
                // Any other escape; an escaped backslash must not be taken for the start of the next one.
                position += 2;
                continue;
            }

            if (char.IsHighSurrogate(unit.Value) && UnitAt(source, position + 6) is { } next && char.IsLowSurrogate(next))
            {
                position += 12;
                continue;
            }

            if (char.IsSurrogate(unit.Value))
            {
                copy ??= utf8.ToArray();
                "fffd"u8.CopyTo(copy.AsSpan(position + 2));
            }

            position += 6;
        }

        return copy ?? utf8;
    }

    private static char? UnitAt(ReadOnlySpan<byte> source, int position)
    {
        if (position + 6 > source.Length || source[position] != '\\' || source[position + 1] != 'u')
        {
            return null;
        }

        int value = 0;
        for (int i = position + 2; i < position + 6; i++)
        {
            int digit = source[i] switch
            {
                >= (byte)'0' and <= (byte)'9' => source[i] - '0',
                >= (byte)'a' and <= (byte)'f' => source[i] - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => source[i] - 'A' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return null;
            }

            value = (value << 4) | digit;
        }

        return (char)value;
    }
}
