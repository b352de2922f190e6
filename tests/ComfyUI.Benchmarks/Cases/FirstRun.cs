using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A whole PowerShell process that connects and runs one workflow.</summary>
internal sealed class FirstRun : BenchmarkCase
{
    internal override string Name => "first-run";

    internal override string Title => "A fresh pwsh process: connect, one run to a file on disk, exit";

    internal override IReadOnlyList<string> Contenders => ["cmdlets", "rest"];

    internal override int Rounds(BenchmarkContext context) => context.Times(2 * context.Options.Rounds, smoke: 1);

    internal override string TitleOf(Contender contender) => contender.Name == "cmdlets" ? "Cmdlets (this module)" : "Invoke-RestMethod script";

    internal override Task PrepareAsync(BenchmarkContext context) => Prompts.WriteSmallAsync(context);

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        string script = contender.Name == "cmdlets" ? "first_cmdlets.ps1" : "first_rest.ps1";
        long started = Stopwatch.GetTimestamp();
        await FreshPowerShell.RunAsync(
            context, script, "-Uri", context.Server.Uri.AbsoluteUri, "-Prompt", Prompts.SmallPath(context), "-Folder", context.Workspace.Downloads);
        return new Measurement(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        yield return AtMost(result, "cmdlets", 1.3, "rest");
    }
}
