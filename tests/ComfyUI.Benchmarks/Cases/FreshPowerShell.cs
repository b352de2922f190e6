using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Runs a script in a PowerShell of its own.</summary>
internal static class FreshPowerShell
{
    /// <summary>Runs it and gives what it wrote.</summary>
    internal static async Task<string> RunAsync(BenchmarkContext context, string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(context.Finder.PowerShell!)
        {
            ArgumentList = { "-NoProfile", "-NonInteractive", "-File", ContenderFinder.Script(script) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = context.Workspace.Folder,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Contender.Quiet(start.Environment);
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Contender.Limit);
        try
        {
            Task<string> problems = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? output.Trim() : throw new ContenderFailedException($"{script}: {(await problems).Trim()}");
        }
        catch (System.OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new ContenderFailedException($"{script} was stopped after {Contender.Limit.TotalSeconds:0} s");
        }
    }
}
