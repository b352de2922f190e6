using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A workflow of the interface into a prompt. A large one is measured beside a small one, in the same process and round.</summary>
internal sealed class Conversion(int nodes) : BenchmarkCase
{
    private const int SmallNodes = 1_000;
    private const string PerThousand = "ms for 1,000 nodes";
    private const string ToSmall = "times that of 1,000";

    internal override string Name => "convert-" + nodes.ToString(CultureInfo.InvariantCulture);

    internal override string Title => string.Create(CultureInfo.InvariantCulture, $"UI format to API format, {nodes:N0} nodes, warm");

    internal override IReadOnlyList<string> Contenders => ["client"];

    private bool IsLarge => nodes > SmallNodes;

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        await File.WriteAllTextAsync(PathIn(context, SmallNodes), UIWorkflowMaker.Make(SmallNodes));
        await File.WriteAllTextAsync(PathIn(context, nodes), UIWorkflowMaker.Make(nodes));
    }

    internal override async Task WarmUpAsync(BenchmarkContext context, Contender contender)
    {
        await ConvertAsync(context, contender, SmallNodes, context.Times(40, smoke: 1));
        if (IsLarge)
        {
            await ConvertAsync(context, contender, nodes, context.Times(3, smoke: 1));
        }
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        List<double> times = await ConvertAsync(context, contender, nodes, context.Times(IsLarge ? 5 : 20));
        var measurement = new Measurement(Samples.MedianOf(times), times.Count, times.Count);
        measurement.More[PerThousand] = measurement.Value!.Value * 1000 / nodes;
        if (IsLarge)
        {
            List<double> small = await ConvertAsync(context, contender, SmallNodes, context.Times(20));
            measurement.More[ToSmall] = measurement.Value!.Value / Samples.MedianOf(small);
        }

        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? perThousand = result.Of("client")?.MedianOf(PerThousand);
        yield return new Verdict(
            IsLarge ? "≤ 20 ms for each 1,000 nodes" : "≤ 20 ms",
            perThousand is null ? null : Show(perThousand.Value) + (IsLarge ? " ms for each 1,000" : " ms"),
            perThousand is null ? null : perThousand <= 20);
        if (IsLarge)
        {
            double? toSmall = result.Of("client")?.MedianOf(ToSmall);
            yield return new Verdict("linear: ≤ 15 × the time of 1,000 nodes", toSmall is null ? null : Show(toSmall.Value) + " ×", toSmall is null ? null : toSmall <= 15);
        }
    }

    private static string PathIn(BenchmarkContext context, int count)
        => context.Workspace.File(string.Create(CultureInfo.InvariantCulture, $"convert-{count}.json"));

    private static async Task<List<double>> ConvertAsync(BenchmarkContext context, Contender contender, int count, int times) => Times(await contender.AskAsync(new JsonObject
    {
        ["command"] = "convert", ["path"] = PathIn(context, count), ["catalogue"] = CatalogueMaker.PathIn(context.Workspace), ["count"] = times,
    }));
}
