using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Keeps short lists of what the server has for a moment, so that pressing Tab several times asks once.</summary>
internal sealed class NameCache(TaskWatch watch)
{
    private readonly object _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The list of this key: what is kept while it is young, else what the question gives. Who asks meanwhile shares the answer.</summary>
    internal Task<IReadOnlyList<T>> GetAsync<T>(string key, TimeSpan timeToLive, Func<Task<IReadOnlyList<T>>> ask)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out Entry? known)
                && known.Task is Task<IReadOnlyList<T>> task
                && !task.IsFaulted && !task.IsCanceled
                && (!task.IsCompleted || watch.Since(known.Asked) < timeToLive))
            {
                return task;
            }

            // It outlives the one who asked, for the next one.
            Task<IReadOnlyList<T>> asking = Task.Run(ask, CancellationToken.None);
            _entries[key] = new Entry(asking, watch.Timestamp);
            return asking;
        }
    }

    private sealed record Entry(Task Task, long Asked);
}
