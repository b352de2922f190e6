using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>
/// Finds where pages and cmdlets disagree. A cmdlet without a page is none of it: while one is written the module must build, and a test
/// asks for the page.
/// </summary>
internal static class PageCheck
{
    private static readonly string[] CommonParameters =
    [
        "Debug", "ErrorAction", "ErrorVariable", "InformationAction", "InformationVariable", "OutBuffer", "OutVariable", "PipelineVariable",
        "ProgressAction", "Verbose", "WarningAction", "WarningVariable", "WhatIf", "Confirm",
        // Of other cmdlets that the pages speak of.
        "First", "Parallel", "AsSecureString",
    ];

    public static IEnumerable<Problem> Find(IReadOnlyList<HelpPage> pages, IReadOnlyList<CmdletInfo> cmdlets)
    {
        var names = cmdlets.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var parameters = cmdlets.SelectMany(c => c.Parameters).SelectMany(p => p.Aliases.Prepend(p.Name)).Concat(CommonParameters)
            .Select(n => "-" + n).ToHashSet(StringComparer.Ordinal);
        foreach (var page in pages)
        {
            var cmdlet = cmdlets.FirstOrDefault(c => c.Name == page.Name);
            var problems = page.Problems.Concat(cmdlet is null ? [NoCmdlet(page)] : Compare(page, cmdlet));
            var unknown = page.Mentions.Where(m => !(m.Name.StartsWith('-') ? parameters : names).Contains(m.Name));
            foreach (var problem in problems.Concat(unknown.Select(m => new Problem(page.Path, m.Line, $"The module has no {m.Name}."))))
            {
                yield return problem;
            }
        }

        foreach (var cmdlet in cmdlets)
        {
            foreach (var parameter in cmdlet.Parameters.Where(p => p.Text.Length == 0 && pages.FirstOrDefault(g => g.Name == cmdlet.Name)?.Parameters.ContainsKey(p.Name) != true))
            {
                yield return new Problem($"{cmdlet.Verb}{cmdlet.Noun}Command.cs", 1, $"{cmdlet.Name} -{parameter.Name} is described neither in the source nor in a page.");
            }
        }
    }

    private static Problem NoCmdlet(HelpPage page) => new(page.Path, 1, $"The module has no cmdlet '{page.Name}'.");

    private static IEnumerable<Problem> Compare(HelpPage page, CmdletInfo cmdlet)
    {
        if (Path.GetFileNameWithoutExtension(page.Path) != page.Name)
        {
            yield return new Problem(page.Path, 1, $"The page of {page.Name} must be called {page.Name}.md.");
        }

        foreach (var (name, text) in page.Parameters)
        {
            if (cmdlet.Parameters.All(p => p.Name != name))
            {
                yield return new Problem(page.Path, text.Line, $"{cmdlet.Name} has no parameter -{name}; it has {string.Join(", ", cmdlet.Parameters.Select(p => "-" + p.Name))}.");
            }
        }

        if (page.Synopsis.Count != 1 || page.Description.Count == 0)
        {
            yield return new Problem(page.Path, 1, "A page has a synopsis of one paragraph, and a description.");
        }
    }
}
