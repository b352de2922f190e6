using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A workflow of the interface into a prompt.</summary>
internal sealed class Conversion(int nodes) : BenchmarkCase
{
    internal override string Name => "convert-" + nodes.ToString(CultureInfo.InvariantCulture);

    internal override string Title => string.Create(CultureInfo.InvariantCulture, $"UI format to API format, {nodes:N0} nodes, warm");

    internal override IReadOnlyList<string> Contenders => ["client"];

    internal override Task PrepareAsync(BenchmarkContext context) => File.WriteAllTextAsync(PathIn(context), UIWorkflowMaker.Make(nodes));

    internal override Task WarmUpAsync(BenchmarkContext context, Contender contender)
        => contender.AskAsync(Command(context, context.Times(nodes > 1000 ? 3 : 40, smoke: 1)));

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        List<double> times = Times(await contender.AskAsync(Command(context, context.Times(nodes > 1000 ? 5 : 20))));
        var measurement = new Measurement(Samples.MedianOf(times), times.Count, times.Count);
        measurement.More["ms for 1,000 nodes"] = measurement.Value!.Value * 1000 / nodes;
        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? perThousand = result.Of("client")?.MedianOf("ms for 1,000 nodes");
        yield return new Verdict(
            nodes == 1000 ? "≤ 20 ms" : "linear: ≤ 20 ms for each 1,000 nodes",
            perThousand is null ? null : Show(perThousand.Value) + (nodes == 1000 ? " ms" : " ms for each 1,000"),
            perThousand is null ? null : perThousand <= 20);
    }

    private string PathIn(BenchmarkContext context) => context.Workspace.File(Name + ".json");

    private JsonObject Command(BenchmarkContext context, int count) => new()
    {
        ["command"] = "convert", ["path"] = PathIn(context), ["catalogue"] = CatalogueMaker.PathIn(context.Workspace), ["count"] = count,
    };
}
