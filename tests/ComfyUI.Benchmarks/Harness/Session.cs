using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>One measuring from start to end: the server, the contenders, the cases, the results.</summary>
internal static class Session
{
    internal static async Task<int> RunAsync(BenchmarkOptions options, IReadOnlyList<BenchmarkCase> cases)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        var finder = new ContenderFinder();
        finder.Find(installs: !options.IsSmoke, options.Only);
        using var workspace = new Workspace(options.WorkFolder);
        CatalogueMaker.Write(workspace, options.IsSmoke);
        await using ServerUnderLoad server = await ServerUnderLoad.StartAsync(options.Uri, workspace, CatalogueMaker.PathIn(workspace));
        Contender[] contenders = [.. finder.Found.Select(kind => new Contender(kind, server.Uri, workspace))];
        var results = new List<CaseResult>();
        try
        {
            foreach (BenchmarkCase benchmark in cases)
            {
                results.Add(await BenchmarkRun.RunAsync(benchmark, new BenchmarkContext(options, finder, workspace, server, contenders)));
            }
        }
        finally
        {
            foreach (Contender contender in contenders)
            {
                await contender.DisposeAsync();
            }
        }

        var run = new RunResult
        {
            Started = started,
            Minutes = (DateTimeOffset.UtcNow - started).TotalMinutes,
            Rounds = options.Rounds,
            Machine = Machine.Describe(),
            Files = workspace.Parent,
            Server = server.IsOwn ? "the repository's own test server, as a process of its own" : server.Uri.AbsoluteUri,
            Missing = [.. finder.Missing],
            Cases = results,
        };
        Console.WriteLine(MarkdownReport.Tables(run));
        if (options.Cases.Contains("all"))
        {
            ResultFiles.Write(run);
            ResultFiles.WriteReport(run);
        }

        return Failures(options, results);
    }

    // What must have run and did not. Targets are no matter of success: they are stated, not enforced.
    private static int Failures(BenchmarkOptions options, List<CaseResult> results)
    {
        string[] failed = [.. results.SelectMany(result => result.Contenders
            .Where(contender => contender.Problem is not null && (options.IsSmoke || contender.Name is "client" or "cmdlets"))
            .Select(contender => $"{result.Name}, {contender.Name}: {contender.Problem}"))];
        foreach (string failure in failed)
        {
            Console.Error.WriteLine(failure);
        }

        return failed.Length == 0 ? 0 : 1;
    }
}
