using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>From the bytes of a node catalogue to the first class looked up in it.</summary>
internal sealed class CatalogueReading : BenchmarkCase
{
    private const string Lookup = "later lookup, slowest, ms";
    private const string Memory = "memory, times the size of the text";

    internal override string Name => "catalogue";

    internal override string Title => "Node catalogue of 20 MB: from its bytes to the first class looked up (Python: json.loads)";

    internal override IReadOnlyList<string> Contenders => ["client", "aiohttp"];

    internal override string TitleOf(Contender contender) => contender.Name == "aiohttp" ? "Python json.loads" : contender.Title;

    internal override async Task WarmUpAsync(BenchmarkContext context, Contender contender)
    {
        for (int i = 0; i < context.Times(5, smoke: 1); i++)
        {
            await contender.AskAsync(Command(context));
        }
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        JsonObject answer = await contender.AskAsync(Command(context));
        var measurement = new Measurement(Times(answer)[0], Completed(answer));
        if (answer["lookupMs"] is { } lookup)
        {
            measurement.More[Lookup] = (double)lookup;
            measurement.More[Memory] = (double)answer["sizes"]!;
        }

        return measurement;
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        yield return AtMost(result, "client", 1, "aiohttp") with { Target = "client ≤ 1.0 × json.loads" };
        yield return MostOf(result, "client", Memory, 3, "client: memory ≤ 3 × the size of the text");
        yield return MostOf(result, "client", Lookup, 5, "client: warm lookup ≤ 5 ms");
    }

    private static JsonObject Command(BenchmarkContext context)
        => new() { ["command"] = "catalogue", ["path"] = CatalogueMaker.PathIn(context.Workspace), ["class"] = CatalogueMaker.ClassName(0) };
}
