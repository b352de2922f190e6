using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Measures a transfer: its speed, and what memory it takes above what the contender had before its first one.</summary>
internal sealed class Transfer
{
    internal const string Memory = "peak memory above idle, MiB";

    private readonly Dictionary<string, (int Process, double Memory)> _idle = [];

    /// <summary>Everybody has done it once before it counts.</summary>
    internal async Task WarmUpAsync(BenchmarkContext context, IEnumerable<string> contenders, JsonObject command)
    {
        foreach (string name in contenders)
        {
            if (context.Find(name) is { } contender)
            {
                try
                {
                    await contender.StartAsync();
                    NoteIdle(contender);
                    await contender.AskAsync(command);
                }
                catch (ContenderFailedException)
                {
                    // It will show in the rounds.
                }

                context.Workspace.EmptyDownloads();
            }
        }
    }

    internal async Task<Measurement> MeasureAsync(Contender contender, JsonObject command, double mebibytes)
    {
        double idle = NoteIdle(contender);
        ProcessMemory.ResetPeak(contender.Process);
        JsonObject answer = await contender.AskAsync(command);
        double peak = answer["peakMiB"] is { } own ? (double)own : Math.Max(0, ProcessMemory.Peak(contender.Process) - idle);
        var measurement = new Measurement(mebibytes / ((double)answer["ms"]![0]! / 1000));
        measurement.More[Memory] = peak;
        return measurement;
    }

    // A process that had to be started anew is idle anew.
    private double NoteIdle(Contender contender)
    {
        Process process = contender.Process;
        if (!_idle.TryGetValue(contender.Name, out (int Process, double Memory) idle) || idle.Process != process.Id)
        {
            _idle[contender.Name] = idle = (process.Id, ProcessMemory.Now(process));
        }

        return idle.Memory;
    }
}
