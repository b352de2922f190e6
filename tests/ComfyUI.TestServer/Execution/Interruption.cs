using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>The global interrupt flag. It is cleared when a prompt begins, so it never hits the next one.</summary>
internal sealed class Interruption
{
    private readonly Lock gate = new();
    private TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Signal
    {
        get
        {
            lock (gate)
            {
                return signal.Task;
            }
        }
    }

    public void Request()
    {
        lock (gate)
        {
            signal.TrySetResult();
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            if (signal.Task.IsCompleted)
            {
                signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends the node if an interrupt is due; taking the interrupt clears it.</summary>
    public void ThrowIfRequested()
    {
        if (Signal.IsCompleted)
        {
            Clear();
            throw new InterruptedException();
        }
    }

    /// <summary>Waits for the time or the interrupt, whichever is first.</summary>
    public async Task DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Signal, Task.Delay(time, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>A node ended because somebody asked for it.</summary>
internal sealed class InterruptedException : Exception;
