using System.IO;
using System.Text.Json;

namespace ComfyUI.Benchmarks;

/// <summary>The results in docs: the numbers, the page, a plot for each case.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static string Docs => Path.Combine(BenchmarkOptions.RepositoryRoot, "docs");

    private static string PlotFolder => Path.Combine(Docs, "benchmarks");

    private static string ResultsPath => Path.Combine(PlotFolder, "results.json");

    internal static RunResult Read() => JsonSerializer.Deserialize<RunResult>(File.ReadAllText(ResultsPath), Json)!;

    internal static void Write(RunResult run)
    {
        Directory.CreateDirectory(PlotFolder);
        File.WriteAllText(ResultsPath, JsonSerializer.Serialize(run, Json) + "\n");
    }

    internal static void WriteReport(RunResult run)
    {
        Directory.CreateDirectory(PlotFolder);
        foreach (CaseResult result in run.Cases)
        {
            if (BarChart.IsWorthIt(result))
            {
                File.WriteAllText(Path.Combine(PlotFolder, result.Name + ".svg"), BarChart.Draw(result));
            }
        }

        File.WriteAllText(Path.Combine(Docs, "benchmarks.md"), MarkdownReport.Page(run));
    }
}
