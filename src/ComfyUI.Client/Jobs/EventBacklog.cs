using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Client;

/// <summary>
/// What was heard of a job and is not told yet. It is bounded: who is slow to take it is told where the job is now, and not every step
/// and picture there was on the way.
/// </summary>
internal sealed class EventBacklog
{
    /// <summary>How many events are kept at most: what comes in three seconds of 20,000 events each.</summary>
    internal const int Most = 60_000;

    /// <summary>How many bytes of pictures, states and texts are kept at most, the newest whatever its size.</summary>
    internal const long MostBytes = 64 * 1024 * 1024;

    // What the state of one node takes in memory, about.
    private const long StateBytes = 80;

    private readonly object _lock = new();
    private readonly Queue<HeardEvent> _events = new();
    private long _bytes;

    /// <summary>Adds an event. May be called from any thread.</summary>
    internal void Add(HeardEvent heard)
    {
        lock (_lock)
        {
            if (_events.Count >= Most || _bytes + BytesOf(heard) > MostBytes)
            {
                Thin();
            }

            _events.Enqueue(heard);
            _bytes += BytesOf(heard);
        }
    }

    /// <summary>The oldest event, which is not kept any more; null when there is none.</summary>
    internal HeardEvent? Next()
    {
        lock (_lock)
        {
            if (_events.Count == 0)
            {
                return null;
            }

            HeardEvent next = _events.Dequeue();
            _bytes -= BytesOf(next);
            return next;
        }
    }

    // Call with the lock held.
    private void Thin()
    {
        for (int left = _events.Count; left > 0; left--)
        {
            HeardEvent heard = _events.Dequeue();
            if (heard.Event is not (ProgressEvent or ProgressStateEvent or PreviewEvent))
            {
                _events.Enqueue(heard);
            }
        }

        _bytes = _events.Sum(BytesOf);

        // A job has far fewer nodes than this, and says less: such a server talks without end.
        while (_events.Count > Most / 2 || _bytes > MostBytes / 2)
        {
            _bytes -= BytesOf(_events.Dequeue());
        }
    }

    private static long BytesOf(HeardEvent heard) => heard.Event switch
    {
        PreviewEvent preview => preview.Image.Length,
        ProgressStateEvent state => state.Nodes.Count * StateBytes,
        TextEvent text => text.Text.Length * sizeof(char),
        _ => 0,
    };
}

/// <summary>An event, when it was heard, and how far the job was then. Null for what is only known from asking.</summary>
internal sealed record HeardEvent(ServerEvent? Event, DateTimeOffset Time, double Percent);
