using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>The server that all are measured against: the test server as a process of its own, or a real one.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    private readonly Process? _process;
    private readonly HttpClient _http;

    private ServerUnderLoad(Process? process, Uri uri)
    {
        _process = process;
        Uri = uri;
        _http = new HttpClient { BaseAddress = uri };
    }

    internal Uri Uri { get; }

    /// <summary>Whether it is ours, so that its requests can be counted and its catalogue chosen.</summary>
    internal bool IsOwn => _process is not null;

    /// <summary>Its process; null for a server elsewhere.</summary>
    internal Process? Process => _process;

    internal static async Task<ServerUnderLoad> StartAsync(Uri? given, Workspace workspace, string catalogue)
    {
        if (given is not null)
        {
            return new ServerUnderLoad(null, new Uri(given.AbsoluteUri.TrimEnd('/') + "/"));
        }

        var arguments = new List<string>
        {
            BenchmarkOptions.Metadata("TestServer"), "--port", "0", "--exit-on-stdin-close", "--base-directory", workspace.Sub("server"),
            "--max-upload-size", "4096", "--discard-uploads", "--object-info", catalogue,
        };
        (Process process, Uri uri) = await StartListeningAsync(arguments);
        return new ServerUnderLoad(process, uri);
    }

    /// <summary>Starts a server program and waits for the line that says where it listens.</summary>
    internal static async Task<(Process Process, Uri Uri)> StartListeningAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? string.Empty;
        int at = line.IndexOf("http", StringComparison.Ordinal);
        return at >= 0 ? (process, new Uri(line[at..].Trim())) : throw new InvalidOperationException("The server did not start: " + line);
    }

    /// <summary>Forgets the requests so far.</summary>
    internal async Task ForgetRequestsAsync()
    {
        if (IsOwn)
        {
            using HttpResponseMessage response = await _http.DeleteAsync(new Uri("_test/requests", UriKind.Relative));
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>The requests since they were last forgotten, as <c>METHOD /path</c>; null when the server cannot tell.</summary>
    internal async Task<IReadOnlyList<string>?> RequestsAsync()
    {
        if (!IsOwn)
        {
            return null;
        }

        JsonArray list = JsonNode.Parse(await _http.GetStringAsync(new Uri("_test/requests", UriKind.Relative)))!.AsArray();
        var requests = new List<string>(list.Count);
        foreach (JsonNode? request in list)
        {
            requests.Add(request!["method"] + " " + request["path"]);
        }

        return requests;
    }

    /// <summary>Runs a prompt to its end, so that its files are there, and gives its id.</summary>
    internal async Task<string> RunAsync(JsonObject prompt)
    {
        string id = Guid.NewGuid().ToString();
        using var body = new StringContent(new JsonObject { ["prompt"] = prompt.DeepClone(), ["prompt_id"] = id }.ToJsonString());
        using HttpResponseMessage response = await _http.PostAsync(new Uri("prompt", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        id = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["prompt_id"]!.ToString();
        while (true)
        {
            JsonNode history = JsonNode.Parse(await _http.GetStringAsync(new Uri("history/" + id, UriKind.Relative)))!;
            if (history[id] is not null)
            {
                return id;
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            await EndAsync(_process);
        }
    }

    internal static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(new System.Threading.CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
