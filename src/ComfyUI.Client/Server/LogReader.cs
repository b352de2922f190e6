using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ComfyUI.Client;

/// <summary>
/// Makes lines out of what the server wrote: pieces of any length, with colours, and with progress bars that go back to the start of
/// their line. Given the log again it tells only what is new.
/// </summary>
internal sealed class LogReader
{
    private static readonly Regex Escapes = new(@"\x1B(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1B]*(\x07|\x1B\\)|.)", RegexOptions.CultureInvariant);

    // With colours and all; more than this of one line is not shown.
    private const int MaxOpen = 64 * 1024;

    private (string Time, string Text)? _last;
    private DateTime? _begun;
    private readonly StringBuilder _open = new();

    /// <summary>The lines that have been finished since the last call, by the answer of <c>/internal/logs/raw</c> or a <c>logs</c> event.</summary>
    internal List<ComfyUILogEntry> Read(JsonObject answer)
    {
        var pieces = new List<(string Time, string Text)>();
        foreach (JsonNode? node in answer.Array("entries") ?? [])
        {
            if (node is JsonObject entry && entry.Text("m") is { } text)
            {
                pieces.Add((entry.Text("t") ?? string.Empty, text));
            }
        }

        // The piece seen last may be gone, for the server keeps 300 of them, and a progress bar takes the place of its last state: then
        // times tell, which are ISO text and sort as they are.
        int seen = _last is { } known ? pieces.LastIndexOf(known) : -1;
        string? since = seen < 0 ? _last?.Time : null;
        var lines = new List<ComfyUILogEntry>();
        for (int i = seen + 1; i < pieces.Count; i++)
        {
            (string time, string text) = pieces[i];
            if (since is null || time.Length == 0 || string.CompareOrdinal(time, since) >= 0)
            {
                Add(lines, ReadTime(time), text);
                _last = pieces[i];
            }
        }

        return lines;
    }

    /// <summary>The line that has been begun and not finished; null when there is none.</summary>
    internal ComfyUILogEntry? Unfinished() => Line(_begun, _open.ToString());

    /// <summary>Reads the text of <c>/internal/logs</c>: lines of <c>time - message</c>.</summary>
    internal static List<ComfyUILogEntry> ReadText(string text)
    {
        var reader = new LogReader();
        var lines = new List<ComfyUILogEntry>();
        foreach (string line in text.Split('\n'))
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            DateTime? time = dash > 0 ? ReadTime(line.Substring(0, dash)) : null;
            reader.Add(lines, time, (time is null ? line : line.Substring(dash + 3)) + "\n");
        }

        return lines;
    }

    private void Add(List<ComfyUILogEntry> lines, DateTime? time, string text)
    {
        string[] parts = text.Split('\n');
        for (int i = 0; i < parts.Length; i++)
        {
            if (_open.Length == 0)
            {
                _begun = time;
            }

            Append(parts[i]);
            if (i < parts.Length - 1)
            {
                if (Line(_begun, _open.ToString()) is { } line)
                {
                    lines.Add(line);
                }

                _open.Clear();
            }
        }
    }

    // A server may never end its line: of what a progress bar has written over, and of what is too long to show, nothing is kept.
    private void Append(string text)
    {
        string shown = text.TrimEnd('\r');
        int start = shown.LastIndexOf('\r');
        if (start >= 0 || (shown.Length > 0 && _open.Length > 0 && _open[_open.Length - 1] == '\r'))
        {
            _open.Clear();
        }

        int room = Math.Max(0, MaxOpen - _open.Length);
        _open.Append(text, start + 1, Math.Min(room, text.Length - start - 1));
    }

    private static ComfyUILogEntry? Line(DateTime? time, string raw)
    {
        // A progress bar writes its line again and again: the last one is what a terminal would show.
        string text = raw.TrimEnd('\r');
        text = text.Substring(text.LastIndexOf('\r') + 1);
        text = Redaction.ServerText(Escapes.Replace(text, string.Empty));
        return text.Length == 0 ? null : new ComfyUILogEntry(time, text);
    }

    private static DateTime? ReadTime(string text)
        => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;
}
