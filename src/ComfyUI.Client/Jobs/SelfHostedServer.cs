using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The API of a ComfyUI server itself: <c>/prompt</c>, <c>/queue</c>, <c>/history</c>, <c>/interrupt</c>, <c>/ws</c>, <c>/view</c>.</summary>
internal sealed class SelfHostedServer(HttpPipeline pipeline) : IJobServer
{
    private readonly JobIndex _index = new(pipeline);

    public async Task<PromptAccepted> SubmitAsync(PromptRequest request, Func<CancellationToken, Task<bool>> mayRepeat, CancellationToken cancellationToken)
    {
        byte[] body = WriteBody(request);
        ExtraData.Conceal(request.ExtraData, pipeline);
        var call = new HttpCall(HttpMethod.Post, "prompt")
        {
            Content = () => JsonRequests.Body(body),
            Configure = JsonRequests.AskForJson,
            MayRepeat = mayRepeat,
        };
        JsonNode? answer = await pipeline.ReadJsonAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer is not JsonObject accepted || accepted.Text("prompt_id") is not { Length: > 0 } id)
        {
            throw pipeline.Unexpected(pipeline.Describe(call), "has no prompt_id", JsonText.Write(answer));
        }

        return new PromptAccepted(id, accepted.Number("number"), PromptErrors.Read(accepted["node_errors"], pipeline.Mask));
    }

    public async Task<HistoryEntry?> FindFinishedAsync(string id, CancellationToken cancellationToken, bool isFresh = false)
    {
        JsonObject answer = await AskAsync("history/" + Uri.EscapeDataString(id), isFresh, cancellationToken).ConfigureAwait(false);
        return HistoryEntry.Read(answer, id);
    }

    public async Task<QueueSnapshot> GetQueueAsync(CancellationToken cancellationToken, bool isFresh = false)
    {
        JsonObject answer = await AskAsync("queue", isFresh, cancellationToken).ConfigureAwait(false);
        return QueueSnapshot.Read(answer)
            ?? throw pipeline.Unexpected(pipeline.Describe(HttpCall.Get("queue")), "has no queue_running and queue_pending", JsonText.Write(answer));
    }

    public async Task<IReadOnlyList<HistoryEntry>> ListFinishedAsync(int? most, CancellationToken cancellationToken)
    {
        string path = most is { } count ? "history?max_items=" + JsonAccess.Invariant(count) : "history";
        return HistoryEntry.ReadAll(await pipeline.GetObjectAsync(path, cancellationToken).ConfigureAwait(false));
    }

    public Task<IReadOnlyList<IndexedJob>?> ListIndexAsync(
        IReadOnlyCollection<ComfyUIJobStatus> statuses, int skip, int? most, CancellationToken cancellationToken)
        => _index.ListAsync(statuses, skip, most, cancellationToken);

    public Task RemovePendingAsync(string id, CancellationToken cancellationToken)
        => pipeline.PostAsync("queue", new JsonObject { ["delete"] = new JsonArray(JsonValue.Create(id)) }, cancellationToken);

    public Task ClearPendingAsync(CancellationToken cancellationToken)
        => pipeline.PostAsync("queue", new JsonObject { ["clear"] = true }, cancellationToken);

    public Task ForgetFinishedAsync(IReadOnlyList<string>? ids, CancellationToken cancellationToken)
    {
        var body = new JsonObject();
        if (ids is null)
        {
            body["clear"] = true;
        }
        else
        {
            var list = new JsonArray();
            foreach (string id in ids)
            {
                list.Add(JsonValue.Create(id));
            }

            body["delete"] = list;
        }

        return pipeline.PostAsync("history", body, cancellationToken);
    }

    public Task InterruptAsync(string id, CancellationToken cancellationToken)
        // Not twice: an old server would interrupt the next job, too.
        => pipeline.PostAsync("interrupt", new JsonObject { ["prompt_id"] = id }, cancellationToken, isIdempotent: false);

    public string Mask(string text) => pipeline.Mask(text);

    public async Task<IEventStream> OpenEventsAsync(
        string clientId, bool isResumed, Action<IEventStream, ServerEvent> onEvent, Action<IEventStream> onClosed, CancellationToken cancellationToken)
        => await EventSocket.OpenAsync(pipeline, clientId, isResumed, onEvent, onClosed, cancellationToken).ConfigureAwait(false);

    public Task<HttpResponseMessage> OpenFileAsync(ComfyUIOutput output, long from, string? condition, CancellationToken cancellationToken)
        => FileCall.OpenAsync(pipeline, output.ViewPath, output.FileName, from, condition, cancellationToken);

    private async Task<JsonObject> AskAsync(string path, bool isFresh, CancellationToken cancellationToken)
    {
        if (isFresh)
        {
            try
            {
                // Nobody has asked with these words before. The server reads no query here.
                string nonce = Guid.NewGuid().ToString("N").Substring(0, 8);
                return await pipeline.GetObjectAsync(path + "?fresh=" + nonce, cancellationToken).ConfigureAwait(false);
            }
            catch (ComfyUIException e) when (e.StatusCode is 400 or 403 or 404 or 405 or 414)
            {
                // A gateway may let through only the words that it knows.
            }
        }

        return await pipeline.GetObjectAsync(path, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] WriteBody(PromptRequest request)
    {
        // The graph is written from where it is: copying it into a tree of its own would cost more than all the rest.
        using var stream = new System.IO.MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream, new System.Text.Json.JsonWriterOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = JsonText.MaxDepth + 8,
            SkipValidation = true,
        }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("prompt");
            JsonText.WriteNode(writer, request.Prompt);
            writer.WriteString("prompt_id", request.Id);
            if (request.ClientId is not null)
            {
                writer.WriteString("client_id", request.ClientId);
            }

            if (request.Front)
            {
                writer.WriteBoolean("front", true);
            }

            if (request.Targets is not null)
            {
                writer.WriteStartArray("partial_execution_targets");
                foreach (string target in request.Targets)
                {
                    writer.WriteStringValue(target);
                }

                writer.WriteEndArray();
            }

            if (request.ExtraData is not null)
            {
                writer.WritePropertyName("extra_data");
                JsonText.WriteNode(writer, request.ExtraData);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
