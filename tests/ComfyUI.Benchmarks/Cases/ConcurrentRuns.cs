using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Many runs at once over one session.</summary>
internal sealed class ConcurrentRuns(int count) : BenchmarkCase
{
    internal override string Name => "at-once-" + count.ToString(CultureInfo.InvariantCulture);

    internal override string Title => string.Create(CultureInfo.InvariantCulture, $"{count:N0} runs at once over one session, all files on disk");

    internal override IReadOnlyList<string> Contenders => ["client", "cmdlets", "aiohttp", "sdk"];

    internal override string TitleOf(Contender contender)
        => contender.Name == "cmdlets" && count > 256 ? "Cmdlets, 256 at once (their limit)" : contender.Title;

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        await Prompts.WriteSmallAsync(context);

        // Everybody has opened many connections once before it counts.
        foreach (string name in Contenders)
        {
            if (context.Find(name) is { } contender)
            {
                try
                {
                    await contender.StartAsync();
                    await contender.AskAsync(Command(context, context.Times(100, smoke: 5)));
                }
                catch (ContenderFailedException)
                {
                    // It will show in the rounds.
                }
            }
        }
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        int runs = context.Times(count, smoke: 5);
        await context.Server.ForgetRequestsAsync();
        JsonObject answer = await contender.AskAsync(Command(context, runs));
        var measurement = new Measurement(Completed(answer) == runs ? Times(answer)[0] : null, Completed(answer), runs);
        if (await context.Server.RequestsAsync() is { } requests)
        {
            measurement.More["requests a job"] = requests.Count(request => !request.StartsWith("GET /ws", System.StringComparison.Ordinal)) / (double)runs;
        }

        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        foreach (string name in new[] { "client", "cmdlets" })
        {
            if (result.Of(name) is { } one)
            {
                yield return new Verdict($"{name}: all complete", $"{one.Completed} of {one.Asked}", one.Completed == one.Asked && one.Problem is null);
                yield return MostOf(result, name, "requests a job", 3, $"{name} ≤ 3 requests a job plus the socket");
            }
        }

        yield return AtMost(result, "client", 1.2, "aiohttp");
    }

    private static JsonObject Command(BenchmarkContext context, int runs) => new()
    {
        ["command"] = "many", ["prompt"] = Prompts.SmallPath(context), ["count"] = runs, ["limit"] = Contender.Limit.TotalMilliseconds - 1000,
    };
}
