using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Files from the server to disk.</summary>
internal sealed class Downloads(string name, string title, int files, int mebibytes) : BenchmarkCase
{
    private readonly Transfer _transfer = new();
    private string _job = string.Empty;
    private IReadOnlyList<string> _files = [];
    private double _size;

    internal override string Name => name;

    internal override string Title => title;

    internal override string Unit => "MiB/s";

    internal override bool HigherIsBetter => true;

    internal override IReadOnlyList<string> Contenders => ["curl", "client", "cmdlets", "aiohttp", "sdk", "rest"];

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        int count = context.Times(files, smoke: System.Math.Min(files, 3));
        int size = context.Times(mebibytes, smoke: 1);
        _size = (double)count * size;
        var prompt = new JsonObject();
        var names = new List<string>();
        for (int i = 0; i < count; i++)
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"{name}{i}.bin");
            names.Add(file);
            prompt[(i + 1).ToString(CultureInfo.InvariantCulture)] = Prompts.Node("BigFile", ("mib", size), ("name", file), ("seed", i));
        }

        _files = names;
        _job = await context.Server.RunAsync(prompt);

        await _transfer.WarmUpAsync(context, Contenders, Command());
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        Measurement measurement = await _transfer.MeasureAsync(contender, Command(), _size);
        double received = new DirectoryInfo(context.Workspace.Downloads).EnumerateFiles("*.bin").Sum(file => file.Length) / 1024.0 / 1024.0;
        context.Workspace.EmptyDownloads();
        return received == _size ? measurement : throw new ContenderFailedException($"{received} of {_size} MiB came");
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        yield return AtLeast(result, "client", 0.9, "curl");
        yield return MostOf(result, "client", Transfer.Memory, 40, "client: peak memory ≤ 40 MiB above idle");
        yield return AtLeast(result, "cmdlets", 0.9, "curl");
        yield return MostOf(result, "cmdlets", Transfer.Memory, 40, "cmdlets: peak memory ≤ 40 MiB above idle");
    }

    private JsonObject Command()
    {
        var names = new JsonArray();
        foreach (string file in _files)
        {
            names.Add(file);
        }

        return new JsonObject { ["command"] = "download", ["job"] = _job, ["files"] = names };
    }
}
