using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>
/// One of those that are measured: a process that is told what to do, a line of JSON each, and answers with a line of JSON. It times itself,
/// so that nothing of the telling is in its numbers.
/// </summary>
internal sealed class Contender : IAsyncDisposable
{
    /// <summary>What a case may take before a contender is given up.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ContenderKind _kind;
    private readonly Uri _server;
    private readonly Workspace _workspace;
    private Process? _process;

    internal Contender(ContenderKind kind, Uri server, Workspace workspace)
    {
        _kind = kind;
        _server = server;
        _workspace = workspace;
    }

    internal string Name => _kind.Name;

    internal string Title => _kind.Title;

    /// <summary>Its process, while it runs.</summary>
    internal Process Process => _process ?? throw new InvalidOperationException($"{Name} does not run.");

    /// <summary>Starts it where it does not run, and has it connect.</summary>
    internal async Task StartAsync()
    {
        if (_process is { HasExited: false })
        {
            return;
        }

        ProcessStartInfo start = _kind.Start();
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = _workspace.Folder;
        Quiet(start.Environment);
        start.Environment["COMFYUI_CACHE_PATH"] = _workspace.Sub("cache-" + Name);
        _process = Process.Start(start)!;
        await AskAsync(new JsonObject { ["command"] = "connect", ["uri"] = _server.AbsoluteUri, ["folder"] = _workspace.Downloads });
    }

    /// <summary>Tells it to do something.</summary>
    /// <exception cref="ContenderFailedException">It failed, or did not answer in time; it is stopped then.</exception>
    internal async Task<JsonObject> AskAsync(JsonObject command, TimeSpan? limit = null)
    {
        Process process = Process;
        using var patience = new CancellationTokenSource(limit ?? Limit);
        try
        {
            await process.StandardInput.WriteLineAsync(command.ToJsonString().AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                // Anything else is somebody's chatter.
                if (line.StartsWith('{') && JsonNode.Parse(line) is JsonObject answer)
                {
                    return answer["error"] is { } error ? throw new ContenderFailedException(error.ToString()) : answer;
                }
            }

            throw new ContenderFailedException("It ended before it answered.");
        }
        catch (OperationCanceledException)
        {
            await StopAsync();
            throw new ContenderFailedException($"stopped after {(limit ?? Limit).TotalSeconds:0} s");
        }
        catch (Exception e) when (e is System.IO.IOException or JsonException)
        {
            await StopAsync();
            throw new ContenderFailedException(e.Message);
        }
    }

    /// <summary>Ends it.</summary>
    internal async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
    }

    /// <summary>Keeps update checks and user settings out of what is measured.</summary>
    internal static void Quiet(IDictionary<string, string?> environment)
    {
        environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        environment["POWERSHELL_UPDATECHECK"] = "Off";
        environment["NO_COLOR"] = "1";
        environment["NODE_NO_WARNINGS"] = "1";
        environment["COMFYUI_BENCHMARK_ROOT"] = BenchmarkOptions.RepositoryRoot;
        environment.Remove("COMFYUI_BASE_URL");
        environment.Remove("COMFYUI_TOKEN");
    }
}

/// <summary>A contender did not do what it was told.</summary>
internal sealed class ContenderFailedException(string message) : Exception(message);
