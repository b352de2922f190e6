using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Waits by the session's clock, so that tests of hours take no time.</summary>
internal sealed class TaskWatch(TimeProvider clock)
{
    internal DateTimeOffset UtcNow => clock.GetUtcNow();

    /// <summary>A point in time to measure from; unlike the time of day it never jumps.</summary>
    internal long Timestamp => clock.GetTimestamp();

    internal TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);

    internal Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
#if NETSTANDARD2_0
        => clock.Delay(delay, cancellationToken);
#else
        => Task.Delay(delay, clock, cancellationToken);
#endif

    /// <summary>Waits for a task, at most for <paramref name="limit"/>; false when it was not done by then.</summary>
    internal async Task<bool> WaitAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (task.IsCompleted)
        {
            return true;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = DelayAsync(limit, enough.Token);
        Task first = await Task.WhenAny(task, delay).ConfigureAwait(false);
        enough.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        return first == task;
    }
}
