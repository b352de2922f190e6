using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>What a server can be asked beside running jobs.</summary>
public sealed class ServerOperations
{
    private readonly HttpPipeline _pipeline;
    private readonly IJobServer _server;
    private readonly FileDownloader _downloader;

    internal ServerOperations(HttpPipeline pipeline, IJobServer server, TaskWatch watch)
    {
        _pipeline = pipeline;
        _server = server;
        _downloader = new FileDownloader(pipeline, watch);
    }

    /// <summary>Asks what the server is and how it is doing (<c>GET /system_stats</c>, <c>/queue</c>, <c>/features</c>).</summary>
    /// <exception cref="ComfyUIException">It cannot be reached, or is no ComfyUI server.</exception>
    public async Task<ComfyUIStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ComfyUIStatus status = await ProbeAsync(RetryPolicy.MaxAttempts, cancellationToken).ConfigureAwait(false);
        Task<QueueSnapshot> queueing = _server.GetQueueAsync(cancellationToken);
        Task<IReadOnlyDictionary<string, object?>> features = GetFeaturesAsync(cancellationToken);
        QueueSnapshot queue = await queueing.ConfigureAwait(false);
        return status with
        {
            RunningCount = queue.Running.Count,
            PendingCount = queue.Pending.Count,
            Features = await features.ConfigureAwait(false),
        };
    }

    /// <summary>Asks the server who it is, with few retries: somebody waits at a prompt.</summary>
    internal async Task<ComfyUIStatus> ProbeAsync(int maxAttempts, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        JsonObject stats = await _pipeline.GetObjectAsync("system_stats", cancellationToken, maxAttempts).ConfigureAwait(false);
        TimeSpan latency = TimeSpan.FromSeconds((Stopwatch.GetTimestamp() - began) / (double)Stopwatch.Frequency);
        return stats.Object("system") is null
            ? throw _pipeline.Unexpected(_pipeline.Describe(HttpCall.Get("system_stats")), "is not that of a ComfyUI server", JsonText.Write(stats))
            : ComfyUIStatus.Read(_pipeline.BaseUri, stats, latency);
    }

    /// <summary>
    /// Has the server free memory (<c>POST /free</c>). It does so at once when it is idle, else after the job that runs.
    /// </summary>
    /// <param name="unloadModels">Unloads the models.</param>
    /// <param name="freeMemory">Forgets the results of nodes, too, which unloads the models as well.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task FreeMemoryAsync(bool unloadModels, bool freeMemory, CancellationToken cancellationToken = default)
        => _pipeline.PostAsync("free", new JsonObject { ["unload_models"] = unloadModels, ["free_memory"] = freeMemory }, cancellationToken);

    /// <summary>Makes a request to any route of the server, with the session's credentials, limits and retries.</summary>
    /// <param name="method">The HTTP method. All but POST and PATCH are made again when that may help.</param>
    /// <param name="endpoint">The route, such as <c>/object_info/KSampler</c>, below the session's base address.</param>
    /// <param name="body">What is sent; null for nothing. Called once a try.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">It failed.</exception>
    public Task<ComfyUIResponse> RequestAsync(HttpMethod method, string endpoint, Func<HttpContent>? body = null, CancellationToken cancellationToken = default)
        => _pipeline.ReadAsync(CreateCall(method, endpoint, body), (bytes, response, request) => Read(response, bytes, request), cancellationToken);

    /// <summary>Makes a request to any route and saves what it answers; the file bears its name only when it is whole.</summary>
    /// <inheritdoc cref="RequestAsync" path="/param"/>
    /// <param name="path">The file; an existing one is overwritten.</param>
    /// <exception cref="ComfyUIException">It failed, or the file could not be written.</exception>
    public Task<FileInfo> DownloadAsync(HttpMethod method, string endpoint, string path, Func<HttpContent>? body = null, CancellationToken cancellationToken = default)
    {
        // Not resumed: nobody knows whether an arbitrary route gives the same bytes again.
        HttpCall call = CreateCall(method, endpoint, body);
        return _downloader.DownloadAsync((_, _, token) => _pipeline.SendAsync(call, token), path, overwrite: true, call.IsIdempotent, cancellationToken);
    }

    /// <summary>Asks the endpoint of an application gateway for its status.</summary>
    internal Task<JsonNode?> GetGatewayStatusAsync(string endpoint, CancellationToken cancellationToken)
        => _pipeline.GetJsonAsync(RelativePath(endpoint), cancellationToken, 2);

    /// <summary>Hands a workflow, as it is, to the endpoint of an application gateway; once.</summary>
    internal Task<JsonNode?> PostGatewayWorkflowAsync(string endpoint, ComfyUIWorkflow workflow, CancellationToken cancellationToken)
    {
        byte[] body = JsonText.WriteUtf8(workflow.Document);
        var call = new HttpCall(HttpMethod.Post, RelativePath(endpoint))
        {
            Content = () => JsonRequests.Body(body),
            Configure = JsonRequests.AskForJson,
            MaxAttempts = 1,
        };
        return _pipeline.ReadJsonAsync(call, cancellationToken);
    }

    private static HttpCall CreateCall(HttpMethod method, string endpoint, Func<HttpContent>? body) => new(method, RelativePath(endpoint))
    {
        Content = body,
        IsIdempotent = method.Method is not ("POST" or "PATCH"),
        Configure = static message => message.Headers.AcceptEncoding.ParseAdd("gzip"),
    };

    // Below the path prefix of a reverse proxy, where there is one. That it stays on the session's own server is seen to by the pipeline.
    private static string RelativePath(string endpoint)
        => endpoint.StartsWith("//", StringComparison.Ordinal) ? endpoint : endpoint.TrimStart('/');

    private ComfyUIResponse Read(HttpResponseMessage response, ReadOnlyMemory<byte> bytes, HttpCall request)
    {
        string? type = response.Content.Headers.ContentType?.ToString();
        string mediaType = response.Content.Headers.ContentType?.MediaType ?? string.Empty;
        int status = (int)response.StatusCode;
        if (bytes.IsEmpty)
        {
            return new ComfyUIResponse { StatusCode = status, ContentType = type };
        }

        if (mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return new ComfyUIResponse { StatusCode = status, ContentType = type, IsJson = true, Json = ResponseBodies.ParseJson(_pipeline, bytes, response, request) };
        }

        return mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            ? new ComfyUIResponse { StatusCode = status, ContentType = type, Text = Encoding.UTF8.GetString(bytes.ToArray()) }
            : new ComfyUIResponse { StatusCode = status, ContentType = type, Bytes = bytes.ToArray() };
    }

    private async Task<IReadOnlyDictionary<string, object?>> GetFeaturesAsync(CancellationToken cancellationToken)
    {
        var features = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        JsonNode? answer;
        try
        {
            answer = await _pipeline.GetJsonAsync("features", cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException)
        {
            // Servers before 2025 have no such route.
            return features;
        }

        foreach (KeyValuePair<string, JsonNode?> feature in answer as JsonObject ?? [])
        {
            features[feature.Key] = feature.Value switch
            {
                JsonValue value when value.TryGetValue(out bool flag) => flag,
                JsonValue value when value.TryGetValue(out string? text) => Redaction.ServerLine(text),
                JsonValue value => JsonAccess.Number(value),
                _ => JsonText.Write(feature.Value),
            };
        }

        return features;
    }
}
