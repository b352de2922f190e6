using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace ComfyUI.HelpGenerator;

/// <summary>
/// Turns lines of Markdown into paragraphs of plain text: lines of a paragraph or list item are joined, since Get-Help wraps them to the
/// window; code and tables keep their lines.
/// </summary>
internal static partial class Blocks
{
    public static string[] Read(IEnumerable<string> lines)
    {
        var blocks = new List<string>();
        var open = false;
        List<string>? code = null;
        foreach (var line in Comment().Replace(string.Join('\n', lines), "").Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (code is not null)
                {
                    blocks.Add(string.Join('\n', code));
                }

                code = code is null ? [] : null;
                open = false;
            }
            else if (code is not null)
            {
                code.Add("    " + line);
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                open = false;
            }
            else if (line.StartsWith('|'))
            {
                var isTable = open && blocks[^1].StartsWith('|');
                blocks.Add(isTable ? Take(blocks) + "\n" + Plain(line) : Plain(line));
                open = true;
            }
            else if (open && !ListItem().IsMatch(line))
            {
                blocks.Add($"{Take(blocks)} {Plain(line.Trim())}");
            }
            else
            {
                blocks.Add(Plain(line.TrimEnd()));
                open = true;
            }
        }

        return [.. blocks];
    }

    private static string Take(List<string> blocks)
    {
        var last = blocks[^1];
        blocks.RemoveAt(blocks.Count - 1);
        return last;
    }

    private static string Plain(string line) => Emphasis().Replace(Link().Replace(line, "$1"), "$1").Replace("`", "");

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*([-*]|\d+\.) ", RegexOptions.CultureInvariant)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*([^*]+)\*\*", RegexOptions.CultureInvariant)]
    private static partial Regex Emphasis();
}
