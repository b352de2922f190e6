using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Tells what happens to jobs while they are on their way: one, or all that the server has.</summary>
internal sealed class JobWatching(
    ComfyUISession session,
    IJobServer server,
    TaskWatch watch,
    JobTracker tracker,
    JobReader reader,
    Func<TrackedJob, CancellationToken, Task<ComfyUIJob>> follow)
{
    private static readonly TimeSpan NewsInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="JobOperations.WatchAsync"/>
    internal async Task<ComfyUIJob> WatchAsync(
        string id, Action<ComfyUIJobEvent> onEvent, string? previewFolder, CancellationToken cancellationToken)
    {
        await tracker.Events.EnsureAsync(cancellationToken).ConfigureAwait(false);
        ComfyUIJob? known = tracker.Find(id) is null ? await reader.GetAsync(id, cancellationToken).ConfigureAwait(false) : null;
        if (known is { IsFinished: true })
        {
            onEvent(JobWatcher.End(known, known.Status == ComfyUIJobStatus.Completed ? 100 : 0, watch.UtcNow));
            return known;
        }

        TrackedJob job = tracker.FindOrFollow(id, known?.Prompt);
        if (known is not null)
        {
            job.Progress.Located(known.Status == ComfyUIJobStatus.Running, known.QueuePosition);
        }

        using var watcher = new JobWatcher(session, job, watch, previewFolder, onEvent);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ComfyUIJob> following = follow(job, over.Token);
        try
        {
            while (!await watch.WaitAsync(following, NewsInterval, cancellationToken).ConfigureAwait(false))
            {
                watcher.TellNews();
            }

            ComfyUIJob ended = await following.ConfigureAwait(false);
            watcher.TellEnd(ended);
            return ended;
        }
        finally
        {
            over.Cancel();
        }
    }

    /// <inheritdoc cref="JobOperations.WatchAllAsync"/>
    internal async Task WatchAllAsync(Action<ComfyUIJobEvent> onEvent, string? previewFolder, CancellationToken cancellationToken)
    {
        var watched = new Dictionary<string, Task>(StringComparer.Ordinal);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                Task all = Task.WhenAll(watched.Values);
                bool idle = await ListAsync(all.IsCompleted).ConfigureAwait(false) && all.IsCompleted;
                if (idle || all.IsFaulted)
                {
                    await all.ConfigureAwait(false);
                    return;
                }

                await watch.DelayAsync(ListInterval, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            over.Cancel();
            await JobWatcher.SettleAsync(watched.Values).ConfigureAwait(false);
        }

        // True when nothing runs or waits.
        async Task<bool> ListAsync(bool isIdle)
        {
            try
            {
                QueueSnapshot queue = await server.GetQueueAsync(cancellationToken).ConfigureAwait(false);
                bool empty = true;
                foreach (QueueItem item in queue.All)
                {
                    empty = false;
                    if (!watched.ContainsKey(item.Id))
                    {
                        watched.Add(item.Id, WatchListedAsync(item.Id));
                    }
                }

                return empty;
            }
            catch (ComfyUIException) when (!isIdle)
            {
                // Those who watch know how long to be patient with the server.
                return false;
            }
        }

        async Task WatchListedAsync(string id)
        {
            try
            {
                await WatchAsync(id, Tell, previewFolder, over.Token).ConfigureAwait(false);
            }
            catch (ComfyUINotFoundException)
            {
                // It ended, and was forgotten, before it could be looked up.
            }
        }

        void Tell(ComfyUIJobEvent happened)
        {
            lock (watched)
            {
                onEvent(happened);
            }
        }
    }
}
