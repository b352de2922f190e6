using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.Benchmarks;

/// <summary>This repository's client library, used as a program would use it.</summary>
internal sealed class ClientContender : IContender, IDisposable
{
    private ComfyUISession _session = null!;
    private string _folder = string.Empty;

    private ComfyUISaveOptions Save => new() { Folder = _folder, Overwrite = true };

    public async Task<JsonObject> DoAsync(JsonObject command)
    {
        string Text(string key) => command[key]!.ToString();
        switch (Text("command"))
        {
            case "connect":
                _folder = Text("folder");
                _session = await ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = new Uri(Text("uri")) });
                return [];
            case "run":
                return await RunAsync(await ComfyUIWorkflow.ReadAsync(Text("prompt")), (int)command["count"]!);
            case "many":
                return await RunManyAsync(await ComfyUIWorkflow.ReadAsync(Text("prompt")), (int)command["count"]!);
            case "download":
                return await DownloadAsync(Text("job"));
            case "upload":
                return await TimeAsync(() => _session.Files.SendAsync(Text("path"), new ComfyUIUploadOptions { Overwrite = true }));
            case "catalogue":
                return ReadCatalogue(await File.ReadAllBytesAsync(Text("path")), Text("class"));
            case "convert":
                return Convert(await ComfyUIWorkflow.ReadAsync(Text("path")), ComfyUINodeCatalogue.LoadFile(Text("catalogue")), (int)command["count"]!);
            case "flood":
                return await WatchFloodAsync(new Uri(Text("server")), await ComfyUIWorkflow.ReadAsync(Text("prompt")));
            case "idle":
                return await StayIdleAsync(TimeSpan.FromSeconds((double)command["seconds"]!));
            default:
                throw new NotSupportedException();
        }
    }

    public void Dispose() => _session?.Dispose();

    private async Task<JsonObject> RunAsync(ComfyUIWorkflow workflow, int count)
    {
        var times = new double[count];
        int completed = 0;
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            ComfyUIJob job = await _session.Jobs.RunAsync(workflow, new ComfyUIRunOptions { Save = Save });
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            completed += IsGood(job) ? 1 : 0;
        }

        return ContenderLoop.Took(times, completed);
    }

    private async Task<JsonObject> RunManyAsync(ComfyUIWorkflow workflow, int count)
    {
        long started = Stopwatch.GetTimestamp();
        ComfyUIJob[] jobs = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => _session.Jobs.RunAsync(workflow, new ComfyUIRunOptions { Save = Save })));
        return ContenderLoop.Took([Stopwatch.GetElapsedTime(started).TotalMilliseconds], jobs.Count(IsGood));
    }

    private static bool IsGood(ComfyUIJob job) => job.Error is null && job.Outputs.Any(output => output.File is not null);

    private async Task<JsonObject> DownloadAsync(string id)
    {
        ComfyUIJob job = await _session.Jobs.GetAsync(id);
        return await TimeAsync(() => _session.Jobs.SaveAsync(job, Save));
    }

    private static async Task<JsonObject> TimeAsync(Func<Task> work)
    {
        long started = Stopwatch.GetTimestamp();
        await work();
        return ContenderLoop.Took([Stopwatch.GetElapsedTime(started).TotalMilliseconds], 1);
    }

    private static JsonObject ReadCatalogue(byte[] json, string className)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true) - json.Length;
        long started = Stopwatch.GetTimestamp();
        ComfyUINodeCatalogue catalogue = ComfyUINodeCatalogue.Parse(json);
        int inputs = catalogue.Find(className)!.Inputs.Count;
        double first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        string[] names = [.. catalogue.Names];
        var lookups = new List<double>();
        for (int i = 0; i < names.Length; i += Math.Max(1, names.Length / 200))
        {
            long asked = Stopwatch.GetTimestamp();
            inputs += catalogue.Find(names[i])!.Inputs.Count;
            lookups.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        double kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(catalogue);
        GC.KeepAlive(json);
        JsonObject answer = ContenderLoop.Took([first], inputs > 0 ? 1 : 0);
        answer["lookupMs"] = lookups.Max();
        answer["sizes"] = kept / json.Length;
        return answer;
    }

    private static JsonObject Convert(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue, int count)
    {
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            ComfyUIWorkflow prompt = WorkflowOperations.Convert(workflow, catalogue);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (prompt.NodeCount != workflow.NodeCount)
            {
                throw new InvalidOperationException($"{prompt.NodeCount} of {workflow.NodeCount} nodes came out.");
            }
        }

        return ContenderLoop.Took(times, count);
    }

    // How long after the server's last step its news is with whoever watches, by the clock that both share.
    private static async Task<JsonObject> WatchFloodAsync(Uri server, ComfyUIWorkflow workflow)
    {
        using ComfyUISession session = await ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = server });
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        ComfyUIJob job = await session.Jobs.SubmitAsync(workflow);
        int steps = 0;
        int unheard = 0;
        DateTimeOffset last = default;
        ComfyUIJob ended = await session.Jobs.WatchAsync(job.Id, happened =>
        {
            if (happened.Kind == ComfyUIJobEventKind.Progress)
            {
                // The server does not wait for the watcher: what it sent before is not missing from what was watched.
                unheard = steps == 0 ? happened.Step!.Value - 1 : unheard;
                steps++;
                last = DateTimeOffset.UtcNow;
            }
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double cores = (Environment.CpuUsage.TotalTime - before).TotalSeconds / seconds;
        JsonObject answer = ContenderLoop.Took([(last - ended.CompletedAt!.Value).TotalMilliseconds], unheard + steps);
        answer["told"] = steps;
        answer["cores"] = cores;
        answer["seconds"] = seconds;
        return answer;
    }

    private static async Task<JsonObject> StayIdleAsync(TimeSpan time)
    {
        await Task.Delay(500);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        await Task.Delay(time);
        double used = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        JsonObject answer = ContenderLoop.Took([used], 1);
        answer["grownKiB"] = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0;
        return answer;
    }
}
