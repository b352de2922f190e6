using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>A large file from disk to the server.</summary>
internal sealed class Uploads : BenchmarkCase
{
    private readonly Transfer _transfer = new();
    private double _size;

    internal override string Name => "upload";

    internal override string Title => "Upload one file of 512 MiB";

    internal override string Unit => "MiB/s";

    internal override bool HigherIsBetter => true;

    internal override IReadOnlyList<string> Contenders => ["curl", "client", "cmdlets", "aiohttp", "sdk", "rest"];

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        int mebibytes = context.Times(512, smoke: 1);
        _size = mebibytes;
        byte[] block = new byte[1024 * 1024];
        new System.Random(1).NextBytes(block);
        using (FileStream file = File.Create(PathIn(context)))
        {
            for (int i = 0; i < mebibytes; i++)
            {
                file.Write(block);
            }
        }

        await _transfer.WarmUpAsync(context, Contenders, Command(context));
    }

    internal override Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
        => _transfer.MeasureAsync(contender, Command(context), _size);

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        yield return AtLeast(result, "client", 0.9, "curl");
        yield return MostOf(result, "client", Transfer.Memory, 40, "client: peak memory ≤ 40 MiB above idle");
        yield return AtLeast(result, "cmdlets", 0.9, "curl");
        yield return MostOf(result, "cmdlets", Transfer.Memory, 40, "cmdlets: peak memory ≤ 40 MiB above idle");
    }

    internal override Task CleanUpAsync(BenchmarkContext context)
    {
        File.Delete(PathIn(context));
        return Task.CompletedTask;
    }

    private static string PathIn(BenchmarkContext context) => context.Workspace.File("upload.bin");

    private static JsonObject Command(BenchmarkContext context) => new() { ["command"] = "upload", ["path"] = PathIn(context) };
}
