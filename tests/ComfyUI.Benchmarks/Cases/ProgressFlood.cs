using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A server that sends 20,000 progress events a second, and somebody who watches every one of them.</summary>
internal sealed class ProgressFlood : BenchmarkCase
{
    private const int Rate = 20_000;

    private Process? _server;
    private Uri? _uri;
    private int _seconds;

    internal override string Name => "flood";

    internal override string Title => "20,000 progress events a second for 10 s, watched: from the server's last to the last one told";

    internal override IReadOnlyList<string> Contenders => ["client"];

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        await Prompts.WriteSmallAsync(context);
        _seconds = context.Times(10, smoke: 1);
        (_server, _uri) = await ServerUnderLoad.StartListeningAsync(
            [typeof(ProgressFlood).Assembly.Location, "flood-server", Rate.ToString(CultureInfo.InvariantCulture), _seconds.ToString(CultureInfo.InvariantCulture)]);
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        JsonObject answer = await contender.AskAsync(new JsonObject
        {
            ["command"] = "flood", ["server"] = _uri!.AbsoluteUri, ["prompt"] = Prompts.SmallPath(context),
        });
        int asked = Rate * _seconds;
        var measurement = new Measurement(Completed(answer) == asked ? Times(answer)[0] : null, Completed(answer), asked);
        measurement.More["cores used"] = (double)answer["cores"]!;
        measurement.More["events told"] = (double)answer["told"]!;
        measurement.More["seconds"] = (double)answer["seconds"]!;
        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? latest = result.Of("client") is { Values.Count: > 0 } client ? Math.Round(new Samples(client.Values).Most, 1) : null;
        yield return new Verdict("last event handled within 100 ms", latest is null ? null : Show(latest.Value) + " ms at worst", latest is null ? null : latest <= 100);
        yield return MostOf(result, "client", "cores used", 1, "CPU below one core");
        yield return MostOf(result, "client", "seconds", _seconds * 1.05, "20,000 events a second were sent and told");
    }

    internal override async Task CleanUpAsync(BenchmarkContext context)
    {
        if (_server is not null)
        {
            await ServerUnderLoad.EndAsync(_server);
        }
    }
}
