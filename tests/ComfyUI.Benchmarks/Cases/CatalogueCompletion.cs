using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Tab in pwsh with a large catalogue.</summary>
internal sealed class CatalogueCompletion : BenchmarkCase
{
    internal override string Name => "completion";

    internal override string Title => "Completing a class name with that catalogue (TabExpansion2), warm";

    internal override IReadOnlyList<string> Contenders => ["cmdlets"];

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        // Another server has its own catalogue, and this class is in all of them.
        string name = context.Server.IsOwn ? CatalogueMaker.ClassName(7) : "EmptyLatentImage";
        JsonObject answer = await contender.AskAsync(new JsonObject
        {
            ["command"] = "complete", ["class"] = name, ["text"] = "Get-ComfyUINode -Name " + name[..^2], ["count"] = context.Times(30),
        });
        List<double> times = Times(answer);
        var measurement = new Measurement(Completed(answer) > 0 ? Samples.MedianOf([.. times.Skip(times.Count / 3)]) : null, Completed(answer));
        measurement.More["first, ms"] = times[0];
        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? median = result.Median("cmdlets");
        yield return new Verdict("completion ≤ 5 ms", median is null ? null : Show(median.Value) + " ms", median is null ? null : median <= 5);
    }
}
