using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.PowerShell;

/// <summary>
/// Lets asynchronous work speak through a thread that it does not run on: what is posted from anywhere runs on the thread that pumps.
/// In PowerShell only the pipeline's thread may write.
/// </summary>
internal sealed class PipelinePump
{
    // So many wait at most of those that are posted in turn.
    private const int MostInTurn = 1000;

    private readonly object _lock = new();
    private readonly Queue<Action> _actions = new();
    private readonly ManualResetEventSlim _news = new(false);
    private bool _closed;

    /// <summary>Has an action run on the pumping thread, in the order of posting. After the end it is dropped.</summary>
    internal void Post(Action action)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _actions.Enqueue(action);
                _news.Set();
            }
        }
    }

    /// <summary>
    /// The same for what comes faster than it may be taken: waits while a thousand actions have not run, so that memory does not grow with
    /// how slow the pipeline is.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled first.</exception>
    internal void PostInTurn(Action action, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.Register(static state => ((PipelinePump)state!).WakePosters(), this);
        lock (_lock)
        {
            while (!_closed && _actions.Count >= MostInTurn)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }

            Post(action);
        }
    }

    /// <summary>Runs what has been posted so far, without waiting.</summary>
    internal void Drain()
    {
        while (Next() is { } action)
        {
            action();
        }
    }

    /// <summary>
    /// Runs what is posted until the work is done; a stop request ends it, too. When an action throws, the work is cancelled and waited
    /// for, within limits, before the exception goes on.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="cancel">Cancels the work.</param>
    /// <param name="stop">Is cancelled when the pipeline stops.</param>
    /// <param name="grace">How long cancelled work may take to clean up.</param>
    /// <param name="tick">Runs every so often on the pumping thread; null for nothing.</param>
    /// <returns>False when the pipeline was stopped.</returns>
    internal bool Run(Task work, Action cancel, CancellationToken stop, TimeSpan grace, Action? tick)
    {
        _ = work.ContinueWith(
            static (_, state) => ((PipelinePump)state!)._news.Set(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        using CancellationTokenRegistration wake = stop.Register(static state => ((ManualResetEventSlim)state!).Set(), _news);
        try
        {
            while (true)
            {
                _news.Reset();
                if (stop.IsCancellationRequested)
                {
                    WaitFor(work, grace);
                    return false;
                }

                Drain();
                tick?.Invoke();
                if (work.IsCompleted && !HasMore)
                {
                    return true;
                }

                _news.Wait(tick is null ? Timeout.InfiniteTimeSpan : TickInterval, CancellationToken.None);
            }
        }
        catch
        {
            cancel();
            WaitFor(work, grace);
            throw;
        }
    }

    /// <summary>Drops what is still posted, and whatever comes later.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _actions.Clear();
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for work to end, at most so long; its outcome is of no interest any more.</summary>
    internal static void WaitFor(Task work, TimeSpan limit)
    {
        using var done = new ManualResetEventSlim(work.IsCompleted);
        _ = work.ContinueWith(
            static (_, state) => Signal((ManualResetEventSlim)state!),
            done,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        done.Wait(limit, CancellationToken.None);
    }

    // Five times a second, which is as often as progress is shown.
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    private bool HasMore
    {
        get
        {
            lock (_lock)
            {
                return _actions.Count > 0;
            }
        }
    }

    private Action? Next()
    {
        lock (_lock)
        {
            if (_actions.Count == 0)
            {
                return null;
            }

            Monitor.PulseAll(_lock);
            return _actions.Dequeue();
        }
    }

    private void WakePosters()
    {
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    private static void Signal(ManualResetEventSlim done)
    {
        try
        {
            done.Set();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }
}
