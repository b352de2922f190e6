using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>The server's queue at one moment (<c>GET /queue</c>), in the order it runs.</summary>
internal sealed class QueueSnapshot
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    private QueueSnapshot(List<QueueItem> running, List<QueueItem> pending)
    {
        Running = running;
        Pending = pending;
        foreach (QueueItem item in running)
        {
            _positions[item.Id] = 0;
        }

        for (int i = 0; i < pending.Count; i++)
        {
            _positions[pending[i].Id] = running.Count + i;
        }
    }

    internal IReadOnlyList<QueueItem> Running { get; }

    internal IReadOnlyList<QueueItem> Pending { get; }

    /// <summary>Those that run, then those that wait.</summary>
    internal IEnumerable<QueueItem> All
    {
        get
        {
            foreach (QueueItem item in Running)
            {
                yield return item;
            }

            foreach (QueueItem item in Pending)
            {
                yield return item;
            }
        }
    }

    internal bool Contains(string id) => _positions.ContainsKey(id);

    internal bool IsRunning(string id)
    {
        foreach (QueueItem item in Running)
        {
            if (item.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many jobs are before this one, running ones among them; null when it is not in the queue.</summary>
    internal int? PositionOf(string id) => _positions.TryGetValue(id, out int position) ? position : null;

    /// <summary>Reads the answer. Null when it has not the shape of one.</summary>
    internal static QueueSnapshot? Read(JsonObject answer)
    {
        if (answer.Array("queue_running") is not { } running || answer.Array("queue_pending") is not { } pending)
        {
            return null;
        }

        List<QueueItem> waiting = ReadItems(pending);

        // The server gives its heap as it lies in memory.
        waiting.Sort(static (a, b) => a.Number != b.Number ? a.Number.CompareTo(b.Number) : string.CompareOrdinal(a.Id, b.Id));
        return new QueueSnapshot(ReadItems(running), waiting);
    }

    private static List<QueueItem> ReadItems(JsonArray items)
    {
        var result = new List<QueueItem>(items.Count);
        foreach (JsonNode? node in items)
        {
            if (node is JsonArray { Count: >= 2 } item && item[1] is JsonValue id && id.TryGetValue(out string? text))
            {
                result.Add(new QueueItem(text, JsonAccess.Number(item[0]) ?? 0, item.Count > 2 ? item[2] as JsonObject : null)
                {
                    SubmittedAt = HistoryEntry.ReadSubmissionTime(item),
                });
            }
        }

        return result;
    }
}

/// <summary>A job in the queue.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Number">The place in the server's order; the lowest runs first.</param>
/// <param name="Prompt">The graph; null when the server does not give it.</param>
internal sealed record QueueItem(string Id, double Number, JsonObject? Prompt)
{
    /// <summary>When it was handed in, by the server's clock; null when it does not say, as before 2026.</summary>
    internal DateTimeOffset? SubmittedAt { get; init; }
}
