using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Asks the queue about the jobs that are waited for and of which nothing is heard: one question for all of them, the more seldom the
/// longer it goes. Also knows how long the server has been out of reach.
/// </summary>
internal sealed class QueueWatch : IDisposable
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly object _lock = new();
    private readonly HashSet<TrackedJob> _jobs = [];
    private readonly IJobServer _server;
    private readonly TaskWatch _watch;
    private readonly Action<string, string> _note;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private TaskCompletionSource<bool> _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _running;
    private TimeSpan _poll = FirstPoll;
    private long _lastPoll;
    private long _asleepSince;
    private TimeSpan _sleep;
    private LastingTrouble? _trouble;
    private int _polls;

    internal QueueWatch(IJobServer server, TaskWatch watch, Action<string, string> note)
    {
        _server = server;
        _watch = watch;
        _note = note;
        _stopped = _stop.Token;
    }

    public void Dispose()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    internal void Add(TrackedJob job)
    {
        lock (_lock)
        {
            _jobs.Add(job);
            _poll = FirstPoll;
            if (_jobs.Count == 1)
            {
                _lastPoll = _watch.Timestamp;
            }

            if (_running)
            {
                // Most jobs are over long before they are due: the loop is not woken for each.
                if (DueOf(job) < _sleep - _watch.Since(_asleepSince))
                {
                    Wake();
                }

                return;
            }

            _running = true;
        }

        // The loop serves all who wait: it must not report its requests to the one who started it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(_stopped), _stopped);
        }
    }

    internal void Remove(TrackedJob job)
    {
        lock (_lock)
        {
            // The loop finds out when it wakes: nothing is asked too early.
            _jobs.Remove(job);
        }
    }

    /// <summary>Something changed, such as the socket: see anew when to ask next.</summary>
    internal void Reconsider()
    {
        lock (_lock)
        {
            _poll = FirstPoll;
            Wake();
        }
    }

    /// <summary>Makes a request for a job again and again while the server is in trouble, until it has been for too long.</summary>
    internal async Task<T> PatientlyAsync<T>(TrackedJob job, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        // This job's own trouble: what others are answered meanwhile does not make its own question one that is answered.
        LastingTrouble? own = null;
        while (true)
        {
            try
            {
                T result = await request(cancellationToken).ConfigureAwait(false);
                Recovered();
                return result;
            }
            catch (ComfyUIException e)
            {
                Troubled(e);
                own ??= new LastingTrouble(_watch);
                if (own.IsEnough(e))
                {
                    throw ExecutionErrors.OutOfReach(job.Id, e);
                }
            }

            await _watch.DelayAsync(LongestPoll, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan? due;
                Task changed;
                lock (_lock)
                {
                    if (_jobs.Count == 0)
                    {
                        // From here on another loop may begin: nothing is done any more.
                        _running = false;
                        return;
                    }

                    if (_changed.Task.IsCompleted)
                    {
                        _changed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                    }

                    changed = _changed.Task;
                    due = NextDue();
                    _sleep = due ?? LongestSilence;
                    _asleepSince = _watch.Timestamp;
                }

                if (due is null || due > TimeSpan.Zero)
                {
                    await _watch.WaitAsync(changed, _sleep, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await AskAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session is closed.
        }
        catch
        {
            lock (_lock)
            {
                _running = false;
            }

            throw;
        }
    }

    // Call with the lock held. Null when nothing is to be asked.
    private TimeSpan? NextDue()
    {
        TimeSpan? next = null;
        foreach (TrackedJob job in _jobs)
        {
            if (!IsInDoubt(job))
            {
                continue;
            }

            TimeSpan due = DueOf(job);
            if (next is null || due < next)
            {
                next = due;
            }
        }

        return next;
    }

    // While the server is in trouble the socket's patience is used up at once: then the poll's pace is that of all.
    private TimeSpan DueOf(TrackedJob job)
        => job.CanHear && _trouble is null ? job.Patience - _watch.Since(job.LastHeard) : _poll - _watch.Since(_lastPoll);

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        List<TrackedJob> asked = [];
        lock (_lock)
        {
            foreach (TrackedJob job in _jobs)
            {
                if (IsInDoubt(job))
                {
                    asked.Add(job);
                }
            }
        }

        try
        {
            // Every other time past caches, one of which may show for ever how the job ran.
            bool isFresh = _polls++ % 2 == 1;
            QueueSnapshot queue = await _server.GetQueueAsync(cancellationToken, isFresh).ConfigureAwait(false);
            Recovered();
            foreach (TrackedJob job in asked)
            {
                Tell(job, queue);
            }
        }
        catch (ComfyUIException e)
        {
            await FailedAsync(e, asked, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever nobody thought of: those who wait must hear of it some day, and until then it may pass.
            _note("UNEXPECTED", e.ToString());
            var error = new ComfyUIProtocolException(ComfyUIErrorId.InvalidResponse, $"The queue could not be asked: {e.Message}", e);
            await FailedAsync(error, asked, cancellationToken).ConfigureAwait(false);
        }

        lock (_lock)
        {
            _lastPoll = _watch.Timestamp;
            _poll = TimeSpan.FromTicks(Math.Min((long)(_poll.Ticks * 1.6), LongestPoll.Ticks));
        }
    }

    private static bool IsInDoubt(TrackedJob job) => job.IsAccepted && !job.HasEnded && !job.IsAbsent && job.Trouble is null;

    private void Tell(TrackedJob job, QueueSnapshot queue)
    {
        IEventStream? deaf;
        lock (_lock)
        {
            // A long model load or a long queue is silent too: ask less often while other events prove that the socket lives.
            long messages = job.Stream?.Messages ?? 0;
            bool alive = messages != job.MessagesAtLastCheck;
            job.MessagesAtLastCheck = messages;
            job.LastHeard = _watch.Timestamp;
            job.Patience = alive ? TimeSpan.FromTicks(Math.Min(job.Patience.Ticks * 2, LongestSilence.Ticks)) : JobTracker.FirstSilence;

            // Whatever moves in the queue is told to all sockets that the server knows.
            deaf = !alive && job.HasMoved(queue) ? job.Stream : null;
        }

        if (queue.Contains(job.Id))
        {
            job.Located(queue);
        }
        else
        {
            job.Missing();
        }

        if (deaf is { IsOpen: true })
        {
            _note("DEAF", "The WebSocket is open and brings nothing: it is opened anew.");
            deaf.Dispose();
        }
    }

    private async Task FailedAsync(ComfyUIException error, List<TrackedJob> asked, CancellationToken cancellationToken)
    {
        bool isEnough;
        lock (_lock)
        {
            isEnough = Troubled(error).IsEnough(error);
        }

        if (!isEnough)
        {
            return;
        }

        // It may be the queue alone that is not told.
        bool tellsHistory = true;
        foreach (TrackedJob job in asked)
        {
            bool hasEnded = false;
            try
            {
                hasEnded = tellsHistory && await _server.FindFinishedAsync(job.Id, cancellationToken, isFresh: true).ConfigureAwait(false) is not null;
            }
            catch (ComfyUIException)
            {
                tellsHistory = false;
            }

            if (hasEnded)
            {
                job.Missing();
            }
            else
            {
                job.GiveUp(ExecutionErrors.OutOfReach(job.Id, error));
            }
        }
    }

    private LastingTrouble Troubled(ComfyUIException error)
    {
        lock (_lock)
        {
            // Whoever else fails may be a proxy, and the server as it was.
            if (RequestErrors.IsRefused(error))
            {
                foreach (TrackedJob job in _jobs)
                {
                    job.ServerWasAway = true;
                }
            }

            if (_trouble is null)
            {
                _trouble = new LastingTrouble(_watch);
                _note("TROUBLE", $"The server does not tell; jobs are waited for: {error.Message}");
            }

            return _trouble;
        }
    }

    private void Recovered()
    {
        lock (_lock)
        {
            if (_trouble is not null)
            {
                _trouble = null;
                _note("RECOVERED", "The server answers again.");
            }
        }
    }

    // Call with the lock held.
    private void Wake() => _changed.TrySetResult(true);
}
