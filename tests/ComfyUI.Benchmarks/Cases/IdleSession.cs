using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A session that was used, and then not for a minute.</summary>
internal sealed class IdleSession : BenchmarkCase
{
    private const string Grown = "grown, KiB";

    internal override string Name => "idle";

    internal override string Title => "An idle session for 60 s, once: CPU time";

    internal override IReadOnlyList<string> Contenders => ["client"];

    internal override int Rounds(BenchmarkContext context) => 1;

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        await Prompts.WriteSmallAsync(context);
        await contender.AskAsync(new JsonObject { ["command"] = "run", ["prompt"] = Prompts.SmallPath(context), ["count"] = 1 });
        await context.Server.ForgetRequestsAsync();
        double seconds = context.Times(60, smoke: 1);
        JsonObject answer = await contender.AskAsync(new JsonObject { ["command"] = "idle", ["seconds"] = seconds }, TimeSpan.FromSeconds(seconds + 30));
        var measurement = new Measurement(Times(answer)[0]);
        measurement.More[Grown] = (double)answer["grownKiB"]!;
        if (await context.Server.RequestsAsync() is { } requests)
        {
            measurement.More["requests"] = requests.Count;
        }

        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? cpu = result.Median("client");
        yield return MostOf(result, "client", "requests", 0, "no requests");
        yield return MostOf(result, "client", Grown, 64, "no growth (≤ 64 KiB of managed memory)");
        yield return new Verdict("CPU time under 50 ms", cpu is null ? null : Show(cpu.Value) + " ms", cpu is null ? null : cpu < 50);
    }
}
