using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Requests whose answers, and most often bodies, are JSON.</summary>
internal static class JsonRequests
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    /// <summary>The one compression that is asked for.</summary>
    internal static readonly StringWithQualityHeaderValue Gzip = new("gzip");

    /// <summary>GETs JSON; again when the body was cut short.</summary>
    internal static Task<JsonNode?> GetJsonAsync(this HttpPipeline pipeline, string path, CancellationToken cancellationToken, int maxAttempts = RetryPolicy.MaxAttempts)
        => pipeline.ReadJsonAsync(new HttpCall(HttpMethod.Get, path) { IsIdempotent = true, MaxAttempts = maxAttempts, Configure = AskForJson }, cancellationToken);

    /// <summary>GETs a JSON object.</summary>
    /// <exception cref="ComfyUIProtocolException">The answer is no JSON object.</exception>
    internal static async Task<JsonObject> GetObjectAsync(this HttpPipeline pipeline, string path, CancellationToken cancellationToken, int maxAttempts = RetryPolicy.MaxAttempts)
    {
        JsonNode? json = await pipeline.GetJsonAsync(path, cancellationToken, maxAttempts).ConfigureAwait(false);
        return json as JsonObject
            ?? throw pipeline.Unexpected(pipeline.Describe(HttpCall.Get(path)), "is not the JSON object that this route gives", JsonText.Write(json));
    }

    /// <summary>POSTs JSON to a route that answers with an empty body; once only when that is not the same as twice.</summary>
    internal static async Task PostAsync(
        this HttpPipeline pipeline, string path, JsonObject body, CancellationToken cancellationToken, bool isIdempotent = true)
    {
        byte[] bytes = JsonText.WriteUtf8(body);
        var call = new HttpCall(HttpMethod.Post, path)
        {
            IsIdempotent = isIdempotent,
            MaxAttempts = isIdempotent ? RetryPolicy.MaxAttempts : 1,
            Content = () => Body(bytes),
        };
        using HttpResponseMessage response = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a request and reads its answer as JSON.</summary>
    internal static Task<JsonNode?> ReadJsonAsync(this HttpPipeline pipeline, HttpCall call, CancellationToken cancellationToken)
        => pipeline.ReadAsync(call, (body, response, asked) => ResponseBodies.ParseJson(pipeline, body, response, asked), cancellationToken);

    /// <summary>Makes a request and reads its answer as it is.</summary>
    internal static Task<ReadOnlyMemory<byte>> ReadBytesAsync(this HttpPipeline pipeline, HttpCall call, CancellationToken cancellationToken)
        => pipeline.ReadAsync(call, static (body, _, _) => body, cancellationToken);

    /// <summary>Makes a request and reads its answer; again when the body was cut short and that is safe.</summary>
    internal static async Task<T> ReadAsync<T>(
        this HttpPipeline pipeline, HttpCall call, Func<ReadOnlyMemory<byte>, HttpResponseMessage, HttpCall, T> parse, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpResponseMessage response = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
            try
            {
                ReadOnlyMemory<byte> body = await ResponseBodies.ReadAllAsync(pipeline, response, call, cancellationToken).ConfigureAwait(false);
                return parse(body, response, call);
            }
            catch (ComfyUIException e) when (IsDamaged(e) && call.IsIdempotent && attempt < 3 && !cancellationToken.IsCancellationRequested)
            {
                // The body was cut short: the whole of it again.
            }
        }
    }

    // What is no JSON from its start is somebody else's answer and stays so; what was JSON has met with something on its way.
    private static bool IsDamaged(ComfyUIException error)
        => error is ComfyUIConnectionException
        || (error is ComfyUIProtocolException { InnerException: JsonException, ServerMessage: { } start } && (start.Length == 0 || start[0] is '{' or '['));

    internal static HttpContent Body(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    internal static void AskForJson(HttpRequestMessage message)
    {
        message.Headers.Accept.Add(Json);
        message.Headers.AcceptEncoding.Add(Gzip);
    }
}
