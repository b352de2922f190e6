using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Measures a transfer: its speed, and what memory it takes above idle.</summary>
internal static class Transfer
{
    internal const string Memory = "peak memory above idle, MiB";

    internal static async Task<Measurement> MeasureAsync(Contender contender, JsonObject command, double mebibytes)
    {
        double idle = ProcessMemory.Now(contender.Process);
        ProcessMemory.ResetPeak(contender.Process);
        JsonObject answer = await contender.AskAsync(command);
        double peak = answer["peakMiB"] is { } own ? (double)own : Math.Max(0, ProcessMemory.Peak(contender.Process) - idle);
        var measurement = new Measurement(mebibytes / ((double)answer["ms"]![0]! / 1000));
        measurement.More[Memory] = peak;
        return measurement;
    }
}
