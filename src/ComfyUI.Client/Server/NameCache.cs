using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Keeps short lists of what the server has for a moment, so that pressing Tab several times asks once; and longer for when the server
/// does not answer: an old list is better than none.
/// </summary>
internal sealed class NameCache(TaskWatch watch)
{
    // Less than completion waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>
    /// The list of this key: what is kept while it is young, else what the question gives, else, when that fails or takes long, what was
    /// kept before. Who asks meanwhile shares the answer.
    /// </summary>
    internal async Task<IReadOnlyList<T>> GetAsync<T>(string key, TimeSpan timeToLive, Func<Task<IReadOnlyList<T>>> ask)
    {
        (Task<IReadOnlyList<T>> asking, Task<IReadOnlyList<T>>? old) = Look(key, timeToLive, ask);
        if (old is not null)
        {
            await watch.WaitAsync(asking, Patience, CancellationToken.None).ConfigureAwait(false);
            asking = asking.Status == TaskStatus.RanToCompletion ? asking : old;
        }

        return await asking.ConfigureAwait(false);
    }

    private (Task<IReadOnlyList<T>> Asking, Task<IReadOnlyList<T>>? Old) Look<T>(string key, TimeSpan timeToLive, Func<Task<IReadOnlyList<T>>> ask)
    {
        lock (_lock)
        {
            Task<IReadOnlyList<T>>? old = null;
            if (_entries.TryGetValue(key, out Entry? known) && known.Task is Task<IReadOnlyList<T>> task)
            {
                bool isGood = task.Status == TaskStatus.RanToCompletion;
                if (!task.IsCompleted || (isGood && watch.Since(known.Asked) < timeToLive))
                {
                    return (task, known.Old as Task<IReadOnlyList<T>>);
                }

                old = isGood ? task : known.Old as Task<IReadOnlyList<T>>;
            }

            // It outlives the one who asked, for the next one.
            Task<IReadOnlyList<T>> asking = Task.Run(ask, CancellationToken.None);
            _entries[key] = new Entry(asking, watch.Timestamp, old);
            return (asking, old);
        }
    }

    /// <param name="Task">The question, answered or not.</param>
    /// <param name="Asked">When it was asked.</param>
    /// <param name="Old">The last answer before; null for none.</param>
    private sealed record Entry(Task Task, long Asked, Task? Old);
}
