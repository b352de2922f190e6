using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace ComfyUI.Benchmarks;

/// <summary>Puts results into words: a table of targets, and for each case its numbers.</summary>
internal static class MarkdownReport
{
    /// <summary>The whole page.</summary>
    internal static string Page(RunResult run)
    {
        var page = new StringBuilder();
        page.AppendLine("# Benchmarks").AppendLine();
        page.AppendLine("This page, its plots and `benchmarks/results.json` are written by one command, in one run:").AppendLine();
        page.AppendLine("```").AppendLine("dotnet run -c Release --project tests/ComfyUI.Benchmarks -- all").AppendLine("```").AppendLine();
        Line(page, $"Run of {run.Started:yyyy-MM-dd}, {run.Minutes:0} minutes, {run.Rounds} rounds or more of each case, in each round every contender in turn and each round in another order. ");
        Line(page, $"Machine: {run.Machine}. Server: {run.Server}, on the same machine. Files were written to `{run.Files}`. ");
        page.AppendLine("Each contender is a process of its own that times itself; a value is the median of its rounds, and the spread is from the best round to the worst.");
        page.AppendLine();
        if (run.Missing.Count > 0)
        {
            page.AppendLine("Left out:").AppendLine();
            foreach (string missing in run.Missing)
            {
                page.AppendLine("- " + missing);
            }

            page.AppendLine();
        }

        page.AppendLine("## Targets").AppendLine();
        AppendTargets(page, run);
        page.Append(Notes());
        page.AppendLine().AppendLine("## Cases").AppendLine();
        foreach (CaseResult result in run.Cases)
        {
            AppendCase(page, result, withPlot: true);
        }

        return page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    /// <summary>The tables alone, for the console.</summary>
    internal static string Tables(RunResult run)
    {
        var text = new StringBuilder();
        AppendTargets(text, run);
        foreach (CaseResult result in run.Cases)
        {
            AppendCase(text, result, withPlot: false);
        }

        return text.ToString();
    }

    private static void AppendTargets(StringBuilder page, RunResult run)
    {
        page.AppendLine("| Case | Target | Measured | Reached |").AppendLine("|---|---|---|---|");
        foreach (CaseResult result in run.Cases)
        {
            foreach (Verdict verdict in result.Verdicts)
            {
                string reached = verdict.Reached switch { true => "yes", false => "**no**", null => "not measured" };
                page.AppendLine($"| `{result.Name}` | {verdict.Target} | {verdict.Measured ?? "–"} | {reached} |");
            }
        }

        page.AppendLine();
    }

    private static void AppendCase(StringBuilder page, CaseResult result, bool withPlot)
    {
        page.AppendLine($"### {result.Title}").AppendLine();
        page.AppendLine($"`{result.Name}`, {result.Unit}, {(result.HigherIsBetter ? "more" : "less")} is better").AppendLine();
        if (withPlot && BarChart.IsWorthIt(result))
        {
            page.AppendLine($"![{result.Title}](benchmarks/{result.Name}.svg)").AppendLine();
        }

        string[] more = [.. result.Contenders.SelectMany(contender => contender.More.Keys).Distinct()];
        page.AppendLine($"| Contender | Median | Spread | To the best | Rounds |{string.Concat(more.Select(key => $" {key} |"))}");
        page.AppendLine($"|---|---|---|---|---|{string.Concat(more.Select(_ => "---|"))}");
        double? best = Best(result);
        foreach (ContenderResult contender in result.Contenders)
        {
            AppendContender(page, contender, best, more);
        }

        page.AppendLine();
    }

    private static void AppendContender(StringBuilder page, ContenderResult contender, double? best, IReadOnlyList<string> more)
    {
        var values = new Samples(contender.Values);
        bool any = values.Count > 0;
        string rounds = $"{values.Count} of {contender.Rounds}" + (contender.Problem is null ? string.Empty : $": {contender.Problem}");
        page.Append($"| {contender.Title} | {(any ? Number(values.Median) : "–")} | {(any ? $"{Number(values.Least)} – {Number(values.Most)}" : "–")} | ");
        page.Append(any && best is { } least ? Number(values.Median / least) + " ×" : "–").Append($" | {rounds} |");
        foreach (string key in more)
        {
            page.Append($" {(contender.MedianOf(key) is { } value ? Number(value) : string.Empty)} |");
        }

        page.AppendLine();
    }

    private static double? Best(CaseResult result)
    {
        double[] medians = [.. result.Contenders.Where(contender => contender.Values.Count > 0).Select(contender => Samples.MedianOf(contender.Values))];
        return medians.Length == 0 ? null : result.HigherIsBetter ? medians.Max() : medians.Min();
    }

    private static void Line(StringBuilder page, FormattableString text) => page.AppendLine(text.ToString(CultureInfo.InvariantCulture));

    // What a person has to say to the numbers; it is kept beside the code that makes the page.
    private static string Notes()
    {
        using Stream stream = typeof(MarkdownReport).Assembly.GetManifestResourceStream("notes.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    internal static string Number(double value) => value.ToString(
        Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
