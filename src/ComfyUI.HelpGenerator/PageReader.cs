using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace ComfyUI.HelpGenerator;

/// <summary>Reads a page: <c># Name</c>, then sections <c>##</c> with a fixed set of names.</summary>
internal static partial class PageReader
{
    public static HelpPage Read(string path)
    {
        var problems = new List<Problem>();
        var sections = Split(File.ReadAllLines(path), path, problems);
        var title = sections.FirstOrDefault(s => s.Level == 1);
        IReadOnlyList<string> Paragraphs(string name) => sections.Where(s => s.Level == 2 && s.Parent == name).SelectMany(s => Blocks.Read(s.Lines)).ToArray();
        var examples = sections.Where(s => s is { Level: 3, Parent: "Examples" }).Select(s => ReadExample(s, path, problems)).ToArray();
        var parameters = new Dictionary<string, HelpText>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections.Where(s => s is { Level: 3, Parent: "Parameters" }))
        {
            if (!parameters.TryAdd(section.Title.TrimStart('-'), new HelpText(Blocks.Read(section.Lines), section.Line)))
            {
                problems.Add(new Problem(path, section.Line, $"{section.Title} is described twice."));
            }
        }

        return new HelpPage(
            path,
            title?.Title ?? "",
            Paragraphs("Synopsis"),
            Paragraphs("Description"),
            examples,
            parameters,
            Paragraphs("Notes"),
            [.. sections.Where(s => s.Parent == "Related").SelectMany(s => ReadLinks(s.Lines))],
            [.. FindMentions(path)],
            problems);
    }

    /// <summary>Cmdlets of the module wherever they stand, and parameters where they stand as code of their own.</summary>
    public static IEnumerable<Mention> FindMentions(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            foreach (var match in CmdletName().Matches(line).Concat(ParameterName().Matches(line)))
            {
                yield return new Mention(match.Groups[1].Value, number);
            }
        }
    }

    private static List<Section> Split(string[] lines, string path, List<Problem> problems)
    {
        var sections = new List<Section>();
        var parent = "";
        var inCode = false;
        for (var i = 0; i < lines.Length; i++)
        {
            inCode ^= lines[i].StartsWith("```", StringComparison.Ordinal);
            var heading = inCode ? Match.Empty : Heading().Match(lines[i]);
            if (heading.Success)
            {
                var level = heading.Groups[1].Length;
                var title = heading.Groups[2].Value;
                parent = level == 2 ? title : level == 1 ? "" : parent;
                if (level == 2 && title is not ("Synopsis" or "Description" or "Examples" or "Parameters" or "Notes" or "Related"))
                {
                    problems.Add(new Problem(path, i + 1, $"There is no section '{title}'; there are Synopsis, Description, Examples, Parameters, Notes, Related."));
                }

                sections.Add(new Section(level, title, parent, i + 1, []));
            }
            else if (sections.Count > 0)
            {
                sections[^1].Lines.Add(lines[i]);
            }
        }

        return sections;
    }

    private static HelpExample ReadExample(Section section, string path, List<Problem> problems)
    {
        var start = section.Lines.FindIndex(l => l.StartsWith("```powershell", StringComparison.Ordinal));
        var end = start < 0 ? -1 : section.Lines.FindIndex(start + 1, l => l.StartsWith("```", StringComparison.Ordinal));
        if (end < 0)
        {
            problems.Add(new Problem(path, section.Line, $"The example '{section.Title}' has no block of powershell."));
            return new HelpExample(section.Title, "", [], section.Line);
        }

        var before = Blocks.Read(section.Lines[..start]);
        var after = Blocks.Read(section.Lines[(end + 1)..]);
        return new HelpExample(section.Title, string.Join('\n', section.Lines[(start + 1)..end]), [.. before, .. after], section.Line);
    }

    private static IEnumerable<HelpLink> ReadLinks(IEnumerable<string> lines)
        => from line in lines
           let link = Link().Match(line)
           where link.Success
           let address = link.Groups[2].Value
           select new HelpLink(link.Groups[1].Value, address.StartsWith("http", StringComparison.Ordinal) ? address : "");

    [GeneratedRegex(@"^(#{1,3}) +(.+?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^[-*] +\[([^\]]+)\]\(([^)]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b([A-Z][A-Za-z]+-ComfyUI[A-Za-z]*)\b", RegexOptions.CultureInvariant)]
    private static partial Regex CmdletName();

    [GeneratedRegex("`(-[A-Z][A-Za-z]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();

    private sealed record Section(int Level, string Title, string Parent, int Line, List<string> Lines);
}
