using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Makes job objects out of what queue, history and events say.</summary>
internal sealed class JobReader(ComfyUISession session, IJobServer server, Func<string, TrackedJob?> findTracked)
{
    internal async Task<ComfyUIJob> GetAsync(string id, CancellationToken cancellationToken)
    {
        // A job leaves the queue for the history: asked in this order it cannot slip through, and the second look at the history is for
        // the job that was in neither because it ended in between.
        if (await server.FindFinishedAsync(id, cancellationToken).ConfigureAwait(false) is { } finished)
        {
            return Finished(finished);
        }

        QueueSnapshot queue = await server.GetQueueAsync(cancellationToken).ConfigureAwait(false);
        foreach (QueueItem item in queue.All)
        {
            if (item.Id == id)
            {
                return Listed(item, queue);
            }
        }

        return await server.FindFinishedAsync(id, cancellationToken).ConfigureAwait(false) is { } late
            ? Finished(late)
            : throw ExecutionErrors.NotFound(id);
    }

    internal async Task<IReadOnlyList<ComfyUIJob>> ListAsync(int? mostFinished, CancellationToken cancellationToken)
    {
        QueueSnapshot queue = await server.GetQueueAsync(cancellationToken).ConfigureAwait(false);
        var jobs = new List<ComfyUIJob>();
        foreach (QueueItem item in queue.All)
        {
            jobs.Add(Listed(item, queue));
        }

        if (mostFinished != 0)
        {
            IReadOnlyList<HistoryEntry> entries = await server.ListFinishedAsync(mostFinished, cancellationToken).ConfigureAwait(false);
            for (int i = entries.Count - 1; i >= 0; i--)
            {
                // What ended between the two questions is in both answers.
                if (!queue.Contains(entries[i].Id))
                {
                    jobs.Add(Finished(entries[i]));
                }
            }
        }

        return jobs;
    }

    /// <summary>A job as the list without details has it.</summary>
    internal ComfyUIJob Brief(IndexedJob job) => new()
    {
        Id = job.Id,
        Status = job.Status,
        Number = job.Number,
        SubmittedAt = job.SubmittedAt,
        StartedAt = job.StartedAt,
        CompletedAt = job.CompletedAt,
        Outputs = job.Preview is null ? [] : [job.Preview with { Session = session }],
        Session = session,
    };

    internal ComfyUIJob Submitted(TrackedJob job) => Of(job) with { Status = ComfyUIJobStatus.Pending };

    /// <summary>The job as it ended; without an entry it is listed nowhere.</summary>
    internal ComfyUIJob Ended(TrackedJob job, HistoryEntry? entry)
    {
        if (entry is not null)
        {
            return Finished(entry) with
            {
                Workflow = job.Workflow,
                Index = job.Index,
                Number = entry.Number ?? job.Number,
                SubmittedAt = job.SubmittedAt ?? entry.SubmittedAt,
                NodeErrors = job.NodeErrors,
                Warnings = job.Warnings,
            };
        }

        return job.IsCancelRequested
            ? Of(job) with { Status = ComfyUIJobStatus.Interrupted, Error = ExecutionErrors.Removed(job.Id) }
            : Of(job) with { Status = ComfyUIJobStatus.Lost, Error = ExecutionErrors.Lost(job.Id, job.ServerWasAway) };
    }

    /// <summary>The job of which nobody knows what became.</summary>
    internal ComfyUIJob OutOfSight(TrackedJob job, ComfyUIException error) => Of(job) with { Status = ComfyUIJobStatus.Unknown, Error = error };

    /// <summary>The job that we stopped.</summary>
    internal ComfyUIJob Stopped(TrackedJob job, ComfyUIException error) => Of(job) with { Status = ComfyUIJobStatus.Interrupted, Error = error };

    private ComfyUIJob Of(TrackedJob job) => new()
    {
        Id = job.Id,
        Workflow = job.Workflow,
        Index = job.Index,
        Number = job.Number,
        SubmittedAt = job.SubmittedAt,
        NodeErrors = job.NodeErrors,
        Warnings = job.Warnings,
        Session = session,
    };

    private ComfyUIJob Listed(QueueItem item, QueueSnapshot queue)
    {
        // Of our own jobs we know more than the queue tells.
        TrackedJob? own = findTracked(item.Id);
        return new ComfyUIJob
        {
            Id = item.Id,
            Status = queue.IsRunning(item.Id) ? ComfyUIJobStatus.Running : ComfyUIJobStatus.Pending,
            QueuePosition = queue.IsRunning(item.Id) ? null : queue.PositionOf(item.Id),
            Workflow = own?.Workflow,
            Number = item.Number,
            SubmittedAt = own?.SubmittedAt ?? item.SubmittedAt,
            Prompt = item.Prompt,
            Session = session,
        };
    }

    /// <summary>A job as the history has it.</summary>
    internal ComfyUIJob Finished(HistoryEntry entry) => new()
    {
        Id = entry.Id,
        Status = entry.Status,
        Number = entry.Number,
        SubmittedAt = entry.SubmittedAt,
        StartedAt = entry.StartedAt,
        CompletedAt = entry.CompletedAt,
        Outputs = OutputReader.Read(session, entry.Id, entry.Outputs, entry.Meta),
        Error = entry.Error?.Invoke(server.Mask),
        Prompt = entry.Prompt,
        Session = session,
    };
}
