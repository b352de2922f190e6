using System;
using System.Collections.Generic;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>
/// Cuts the text of a catalogue into its classes by braces and quotes alone. For text that was read as JSON before it was kept: reading all of it
/// again takes ten times as long.
/// </summary>
internal static class CatalogueCutter
{
    /// <summary>The place of each class in the text; null when it is not what it was when it was kept.</summary>
    internal static Dictionary<string, (int Start, int Length)>? TryCut(ReadOnlySpan<byte> json)
    {
        var entries = new Dictionary<string, (int Start, int Length)>(StringComparer.Ordinal);
        int at = AfterBlanks(json, 0);
        if (!IsAt(json, at, '{'))
        {
            return null;
        }

        for (at = AfterBlanks(json, at + 1); IsAt(json, at, '"'); at = AfterBlanks(json, at))
        {
            int nameEnd = AfterString(json, at);
            int start = nameEnd < 0 ? -1 : AfterBlanks(json, nameEnd);
            if (start < 0 || !IsAt(json, start, ':'))
            {
                return null;
            }

            start = AfterBlanks(json, start + 1);
            int end = IsAt(json, start, '{') ? AfterObject(json, start) : -1;
            if (end < 0)
            {
                return null;
            }

            if (TryReadName(json.Slice(at, nameEnd - at)) is not { } name)
            {
                return null;
            }

            entries[name] = (start, end - start);
            at = AfterBlanks(json, end);
            if (!IsAt(json, at, ','))
            {
                break;
            }

            at++;
        }

        return IsAt(json, at, '}') && AfterBlanks(json, at + 1) == json.Length ? entries : null;
    }

    private static int AfterObject(ReadOnlySpan<byte> json, int at)
    {
        int depth = 0;
        while (json.Slice(at).IndexOfAny((byte)'"', (byte)'{', (byte)'}') is var next && next >= 0)
        {
            at += next;
            if (json[at] == '"')
            {
                at = AfterString(json, at);
                if (at < 0)
                {
                    return -1;
                }

                continue;
            }

            depth += json[at] == '{' ? 1 : -1;
            at++;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int AfterString(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (at < json.Length && json.Slice(at).IndexOfAny((byte)'"', (byte)'\\') is var next && next >= 0)
        {
            at += next;
            if (json[at] == '"')
            {
                return at + 1;
            }

            at += 2;
        }

        return -1;
    }

    private static int AfterBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && (json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            at++;
        }

        return at;
    }

    private static bool IsAt(ReadOnlySpan<byte> json, int at, char what) => at < json.Length && json[at] == what;

    /// <summary>The text of a name; null when it has broken bytes, escapes or half a character.</summary>
    private static string? TryReadName(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
