using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// The session's one event stream: opened when first needed, opened anew when it was lost, left alone for a while when that does not work.
/// </summary>
internal sealed class EventChannel : IDisposable
{
    // With the first message included: a socket that says nothing is no better than none, and nobody should wait long for it.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Func<CancellationToken, Task<IEventStream>> _open;
    private readonly TaskWatch _watch;
#pragma warning disable CA2213 // Somebody may be about to release it when the session is closed, and it holds nothing that needs to be freed.
    private readonly SemaphoreSlim _opening = new(1, 1);
#pragma warning restore CA2213
    private IEventStream? _current;
    private TimeSpan _pause = FirstPause;
    private long? _lastFailure;
    private volatile bool _disposed;

    internal EventChannel(Func<CancellationToken, Task<IEventStream>> open, TaskWatch watch)
    {
        _open = open;
        _watch = watch;
    }

    /// <summary>Why no stream could be opened last; null when one could.</summary>
    internal Exception? LastError { get; private set; }

    /// <summary>The open stream; null when there is none now.</summary>
    internal IEventStream? Current => _current is { IsOpen: true } open ? open : null;

    /// <summary>An open stream, or null when none is to be had: then jobs are followed by asking.</summary>
    internal async Task<IEventStream?> EnsureAsync(CancellationToken cancellationToken)
    {
        if (Current is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current is { } openedMeanwhile)
            {
                return openedMeanwhile;
            }

            if (_disposed || (_lastFailure is { } failure && _watch.Since(failure) < _pause))
            {
                return null;
            }

            return await OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _current, null)?.Dispose();
    }

    private async Task<IEventStream?> OpenAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _current, null)?.Dispose();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestOpening);
        try
        {
            _current = await _open(limit.Token).ConfigureAwait(false);
            _lastFailure = null;
            _pause = FirstPause;
            LastError = null;
            if (_disposed)
            {
                // The session was closed while the stream opened.
                Interlocked.Exchange(ref _current, null)?.Dispose();
            }

            return _current;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // Progress is pleasant, not needed: whatever keeps the socket shut, runs go on without it.
            LastError = e;
            _pause = _lastFailure is null ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
            _lastFailure = _watch.Timestamp;
            return null;
        }
    }
}
