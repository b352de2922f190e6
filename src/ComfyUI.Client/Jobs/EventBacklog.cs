using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>
/// What was heard of a job and is not told yet. It is bounded: who is slow to take it is told where the job is now, and not every step
/// and picture there was on the way.
/// </summary>
internal sealed class EventBacklog
{
    /// <summary>How many events are kept at most: what comes in three seconds of 20,000 events each.</summary>
    internal const int Most = 60_000;

    /// <summary>How many bytes of pictures are kept at most, the newest whatever its size.</summary>
    internal const long MostImageBytes = 64 * 1024 * 1024;

    private readonly object _lock = new();
    private readonly Queue<HeardEvent> _events = new();
    private long _imageBytes;

    /// <summary>Adds an event. May be called from any thread.</summary>
    internal void Add(HeardEvent heard)
    {
        lock (_lock)
        {
            if (_events.Count >= Most || _imageBytes + ImageBytes(heard) > MostImageBytes)
            {
                Thin();
            }

            _events.Enqueue(heard);
            _imageBytes += ImageBytes(heard);
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
            _imageBytes -= ImageBytes(next);
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

        // A job has far fewer nodes than this: such a server talks without end.
        while (_events.Count > Most / 2)
        {
            _events.Dequeue();
        }

        _imageBytes = 0;
    }

    private static int ImageBytes(HeardEvent heard) => heard.Event is PreviewEvent preview ? preview.Image.Length : 0;
}

/// <summary>An event, when it was heard, and how far the job was then. Null for what is only known from asking.</summary>
internal sealed record HeardEvent(ServerEvent? Event, DateTimeOffset Time, double Percent);
