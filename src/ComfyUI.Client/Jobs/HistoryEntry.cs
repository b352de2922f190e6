using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What the server remembers of a finished job (<c>GET /history/{prompt_id}</c>).</summary>
internal sealed class HistoryEntry
{
    private HistoryEntry(string id, JsonObject entry)
    {
        Id = id;
        var prompt = entry["prompt"] as JsonArray;
        Number = prompt is { Count: > 0 } ? JsonAccess.Number(prompt[0]) : null;
        Prompt = prompt is { Count: > 2 } ? prompt[2] as JsonObject : null;
        SubmittedAt = prompt is null ? null : ReadSubmissionTime(prompt);
        Outputs = entry.Object("outputs");
        Meta = entry.Object("meta");
        ReadStatus(entry.Object("status"));
    }

    /// <summary>An entry made of what the events said, for when the history was cleared before it could be read.</summary>
    internal HistoryEntry(string id, JsonObject outputs, ExecutionEndEvent end, DateTimeOffset? started)
    {
        Id = id;
        Outputs = outputs;
        StartedAt = started;
        Apply(end.Type, end.Data);
    }

    internal string Id { get; }

    internal double? Number { get; }

    internal JsonObject? Prompt { get; }

    internal JsonObject? Outputs { get; }

    internal JsonObject? Meta { get; }

    internal ComfyUIJobStatus Status { get; private set; } = ComfyUIJobStatus.Completed;

    /// <summary>When it was handed in, by the server's clock; null when it does not say, as before 2026.</summary>
    internal DateTimeOffset? SubmittedAt { get; }

    internal DateTimeOffset? StartedAt { get; private set; }

    internal DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>Why it did not end well, given how secrets are taken out of a text; null when it did.</summary>
    internal Func<Func<string, string>, ComfyUIException>? Error { get; private set; }

    /// <summary>The time in the <c>extra_data</c> of a prompt in queue or history; null when it is not there.</summary>
    internal static DateTimeOffset? ReadSubmissionTime(JsonArray prompt)
        => prompt.Count > 3 && prompt[3] is JsonObject extra ? UnixTime.Read(extra.Number("create_time")) : null;

    /// <summary>Reads one entry out of an answer; null when the job is not in it.</summary>
    internal static HistoryEntry? Read(JsonObject answer, string id) => answer.Object(id) is { } entry ? new HistoryEntry(id, entry) : null;

    /// <summary>Reads all entries of an answer, in its order: the oldest first.</summary>
    internal static List<HistoryEntry> ReadAll(JsonObject answer)
    {
        var entries = new List<HistoryEntry>(answer.Count);
        foreach (KeyValuePair<string, JsonNode?> entry in answer)
        {
            if (entry.Value is JsonObject value)
            {
                entries.Add(new HistoryEntry(entry.Key, value));
            }
        }

        return entries;
    }

    // The messages tell more truth than status_str, which says "error" for an interrupted job and "success" for some failed ones.
    private void ReadStatus(JsonObject? status)
    {
        bool ended = false;
        foreach (JsonNode? node in status?.Array("messages") ?? [])
        {
            if (node is JsonArray { Count: 2 } message && message[0] is JsonValue type && type.TryGetValue(out string? name) && message[1] is JsonObject data)
            {
                ended |= Apply(name, data);
            }
        }

        if (!ended && status?.Text("status_str") == "error")
        {
            Status = ComfyUIJobStatus.Failed;
            Error = _ => ExecutionErrors.WithoutReason(Id);
        }
    }

    private bool Apply(string type, JsonObject data)
    {
        DateTimeOffset? time = UnixTime.Read(data.Number("timestamp"));
        switch (type)
        {
            case "execution_start":
                StartedAt = time;
                return false;
            case "execution_success":
                CompletedAt = time;
                return true;
            case "execution_error":
                CompletedAt = time;
                Status = ComfyUIJobStatus.Failed;
                Error = mask => ExecutionErrors.Failed(Id, data, mask);
                return true;
            case "execution_interrupted":
                CompletedAt = time;
                Status = ComfyUIJobStatus.Interrupted;
                Error = _ => ExecutionErrors.Interrupted(Id, data);
                return true;
            default:
                return false;
        }
    }
}
