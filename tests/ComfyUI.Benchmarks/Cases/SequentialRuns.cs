using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>One run after the other, from submitting to the file on disk, of a prompt that the server has in its cache.</summary>
internal sealed class SequentialRuns : BenchmarkCase
{
    internal override string Name => "run";

    internal override string Title => "One zero-work run, from submit to the file on disk, warm, one after the other";

    internal override IReadOnlyList<string> Contenders => ["socket", "floor", "client", "cmdlets", "aiohttp", "sdk", "rest"];

    // Many short rounds: what else the machine does comes in stretches, and should meet all of them alike.
    internal override int Rounds(BenchmarkContext context) => context.Times(4 * context.Options.Rounds, smoke: 1);

    internal override Task PrepareAsync(BenchmarkContext context) => Prompts.WriteSmallAsync(context);

    // The server compiles its hot paths only after some hundred requests: nobody should be measured while it does.
    internal override Task WarmUpAsync(BenchmarkContext context, Contender contender)
        => contender.AskAsync(Command(context, context.Times(contender.Name is "rest" ? 20 : contender.Name is "sdk" ? 50 : 300)));

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        int count = context.Times(contender.Name is "rest" or "sdk" ? 20 : 100);

        // What the test server remembers for tests makes it slower as it grows.
        await context.Server.ForgetRequestsAsync();
        JsonObject answer = await contender.AskAsync(Command(context, count));
        List<double> times = Times(answer);
        var measurement = new Measurement(Completed(answer) == count ? Samples.MedianOf(times) : null, Completed(answer), count);
        measurement.More["95th percentile, ms"] = times.Order().ElementAt((int)(times.Count * 0.95));
        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        yield return AtMost(result, "client", 1.1, "floor");
        yield return AtMost(result, "cmdlets", 1.5, "aiohttp");
        yield return AtMost(result, "cmdlets", 1, "sdk");
        yield return AtMost(result, "cmdlets", 1, "rest");
    }

    private static JsonObject Command(BenchmarkContext context, int count)
        => new() { ["command"] = "run", ["prompt"] = Prompts.SmallPath(context), ["count"] = count };
}
