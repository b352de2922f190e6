using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Knows the jobs of this session that are on their way, hands them their events, and waits for their ends. Events make it fast; the history
/// decides.
/// </summary>
internal sealed class JobTracker : IDisposable
{
    /// <summary>How long nothing is heard of a job before the queue is asked about it.</summary>
    internal static readonly TimeSpan FirstSilence = TimeSpan.FromSeconds(15);

    private const int MostEarlyFrames = 10_000;

    // Jobs that were handed in and never waited for are let go of at some point; waiting for them later works all the same.
    internal const int MostTracked = 4096;

    private readonly object _lock = new();
    private readonly Dictionary<string, TrackedJob> _jobs = new(StringComparer.Ordinal);
    private readonly Queue<ServerEvent> _early = new();
    private readonly TaskWatch _watch;
    private readonly QueueWatch _queueWatch;
    private readonly JobEndings _endings;
    private string? _runningId;
    private int _submitting;

    internal JobTracker(IJobServer server, TaskWatch watch, Action<string, string> note)
    {
        _watch = watch;
        Events = new EventChannel(
            (clientId, isResumed, cancellationToken) => server.OpenEventsAsync(clientId, isResumed, OnEvent, OnClosed, cancellationToken), IsAwaited, watch);
        _queueWatch = new QueueWatch(server, watch, note);
        _endings = new JobEndings(server, watch, _queueWatch);
    }

    internal EventChannel Events { get; }

    /// <summary>How many jobs are kept in mind.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>Whether no job is being handed in or waited for.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                foreach (TrackedJob job in _jobs.Values)
                {
                    if (job.Waiters > 0)
                    {
                        return false;
                    }
                }

                return _submitting == 0;
            }
        }
    }

    /// <summary>Lets go of all jobs; whoever waits for one is told that the session was closed.</summary>
    public void Dispose()
    {
        _queueWatch.Dispose();
        Events.Dispose();
        foreach (TrackedJob job in Snapshot())
        {
            job.GiveUp(RequestErrors.SessionClosed(null));
        }
    }

    /// <summary>Gets ready for a job's events. Call before the prompt is sent: its first events may come before the answer.</summary>
    internal TrackedJob Register(string id, ComfyUIWorkflow? workflow, int index, IEventStream? stream)
    {
        var job = new TrackedJob(id, _watch, workflow)
        {
            Index = index, Stream = stream, MessagesAtLastCheck = stream?.Messages ?? 0, SubmittedAt = _watch.UtcNow,
        };
        lock (_lock)
        {
            Add(job);
            _submitting++;
        }

        return job;
    }

    /// <summary>The server has taken the job, under this id.</summary>
    internal void Accepted(TrackedJob job, PromptAccepted answer)
    {
        List<ServerEvent> missed = [];
        lock (_lock)
        {
            if (answer.Id != job.Id)
            {
                _jobs.Remove(job.Id);
                job.Id = answer.Id;
                _jobs[answer.Id] = job;
                foreach (ServerEvent received in _early)
                {
                    if (received.PromptId == answer.Id)
                    {
                        missed.Add(received);
                    }
                }
            }

            job.Number = answer.Number;
            job.NodeErrors = answer.NodeErrors;
            job.IsAccepted = true;
            Submitted();
        }

        foreach (ServerEvent received in missed)
        {
            job.Apply(received);
        }
    }

    /// <summary>The server has not taken the job.</summary>
    internal void Refused(TrackedJob job)
    {
        lock (_lock)
        {
            _jobs.Remove(job.Id);
            Submitted();
        }
    }

    /// <summary>Lets go of a job that is over, or was stopped, unless somebody waits for it.</summary>
    internal void Forget(TrackedJob job)
    {
        lock (_lock)
        {
            if (job.Waiters == 0)
            {
                _jobs.Remove(job.Id);
            }
        }
    }

    /// <summary>The job that is tracked under this id; null when none is.</summary>
    internal TrackedJob? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.TryGetValue(id, out TrackedJob? job) ? job : null;
        }
    }

    /// <summary>The tracked job of this id; a job that this session did not submit is followed by asking.</summary>
    internal TrackedJob FindOrFollow(string id, System.Text.Json.Nodes.JsonObject? prompt = null)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(id, out TrackedJob? job))
            {
                job = new TrackedJob(id, _watch, null, prompt) { IsAccepted = true };

                // It may be over already: the history is the first to be asked.
                job.Missing();
                Add(job);
            }

            return job;
        }
    }

    /// <summary>How many jobs of this session are before a job in the server's order, as far as they are waited for.</summary>
    internal int OwnJobsBefore(TrackedJob job)
    {
        lock (_lock)
        {
            int before = 0;
            foreach (TrackedJob other in _jobs.Values)
            {
                before += other.Waiters > 0 && !other.HasEnded && other.Number < job.Number ? 1 : 0;
            }

            return before;
        }
    }

    /// <summary>The tracked jobs of these ids have been taken from the queue: whoever waits for them should know now.</summary>
    internal void Removed(IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            if (Find(id) is { } job)
            {
                job.IsCancelRequested = true;
                job.Missing();
            }
        }
    }

    /// <summary>Waits until a job is over.</summary>
    /// <returns>What the server remembers of it; null when it lists it nowhere any more.</returns>
    /// <exception cref="ComfyUIException">The server has been out of reach for too long, or refuses to tell.</exception>
    internal async Task<HistoryEntry?> WaitAsync(TrackedJob job, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            job.Waiters++;
        }

        if (job.Stream is { IsOpen: false } lost)
        {
            // It went before anybody waited.
            Events.Resume(lost.ClientId);
        }

        _queueWatch.Add(job);
        bool over = false;
        try
        {
            while (true)
            {
                await job.NewsAsync(cancellationToken).ConfigureAwait(false);
                if (job.Trouble is { } trouble)
                {
                    throw trouble;
                }

                HistoryEntry? entry = await _endings.FindAsync(job, cancellationToken).ConfigureAwait(false);
                over = entry is not null || job.IsAbsent;
                if (over)
                {
                    return entry;
                }

                _queueWatch.Reconsider();
            }
        }
        finally
        {
            Release(job, over);
        }
    }

    private void Release(TrackedJob job, bool over)
    {
        lock (_lock)
        {
            job.Waiters--;
            if (job.Waiters == 0)
            {
                _queueWatch.Remove(job);
            }

            // A job of somebody else can be followed anew by whoever asks for it.
            if (over || job.Trouble is not null || (job.Waiters == 0 && job.SubmittedAt is null))
            {
                _jobs.Remove(job.Id);
            }
        }
    }

    // Called in the socket's own loop: short, and without waiting for anything.
    private void OnEvent(IEventStream stream, ServerEvent received)
    {
        if (received is StatusEvent status)
        {
            if (status.QueueRemaining is { } remaining)
            {
                foreach (TrackedJob waiting in Snapshot())
                {
                    waiting.Progress.QueueLength(remaining, waiting.IsAccepted);
                }
            }

            return;
        }

        TrackedJob? job;
        lock (_lock)
        {
            string? id = received.PromptId ?? (received is PreviewEvent or TextEvent ? _runningId : null);
            if (received is ExecutingEvent { PromptId: { } executing } step)
            {
                _runningId = step.NodeId is null ? null : executing;
            }
            else if (received is ProgressEvent or ProgressStateEvent && received.PromptId is { } progressing)
            {
                // A job that was handed in without a client id tells everybody its progress, and nobody which node it is at.
                _runningId = progressing;
            }

            job = id is not null && _jobs.TryGetValue(id, out TrackedJob? found) ? found : null;
            if (job is null)
            {
                // An old server may answer a prompt with an id of its own after it has sent the first events under it.
                if (_submitting > 0 && received is not PreviewEvent && received.PromptId is not null && _early.Count < MostEarlyFrames)
                {
                    _early.Enqueue(received);
                }

                return;
            }

            job.LastHeard = _watch.Timestamp;
            job.Patience = FirstSilence;
        }

        job.Apply(received);
    }

    private void OnClosed(IEventStream stream)
    {
        lock (_lock)
        {
            // What begins while nobody listens is not heard of.
            _runningId = null;
        }

        _queueWatch.Reconsider();
        Events.OnClosed(stream);
    }

    private bool IsAwaited(string clientId)
    {
        lock (_lock)
        {
            foreach (TrackedJob job in _jobs.Values)
            {
                if (job.Waiters > 0 && !job.HasEnded && job.Stream?.ClientId == clientId)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private List<TrackedJob> Snapshot()
    {
        lock (_lock)
        {
            return [.. _jobs.Values];
        }
    }

    // Call with the lock held.
    private void Add(TrackedJob job)
    {
        if (_jobs.Count >= MostTracked)
        {
            ForgetUnattended();
        }

        _jobs[job.Id] = job;
    }

    // Call with the lock held.
    private void ForgetUnattended()
    {
        var unattended = new List<string>();
        foreach (TrackedJob job in _jobs.Values)
        {
            if (job.Waiters == 0 && job.IsAccepted)
            {
                unattended.Add(job.Id);
            }
        }

        foreach (string id in unattended)
        {
            _jobs.Remove(id);
        }
    }

    // Call with the lock held.
    private void Submitted()
    {
        if (--_submitting == 0)
        {
            _early.Clear();
        }
    }
}
