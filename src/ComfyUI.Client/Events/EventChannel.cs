using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Opens an event stream under a client id, which may have been used before.</summary>
internal delegate Task<IEventStream> OpenStream(string clientId, bool isResumed, CancellationToken cancellationToken);

/// <summary>
/// The session's one event stream: opened when first needed, opened anew when it was lost, left alone for a while when that does not work.
/// It has a client id of its own. Only while jobs are on their way whose events go to a lost stream's id is that id used again: the server
/// sends a job's events to the id it was handed in with, and to no other.
/// </summary>
internal sealed class EventChannel : IDisposable
{
    // With the first message included: a socket that says nothing is no better than none, and nobody should wait long for it.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly OpenStream _open;
    private readonly Func<string, bool> _isAwaited;
    private readonly TaskWatch _watch;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
#pragma warning disable CA2213 // Somebody may be about to release it when the session is closed, and it holds nothing that needs to be freed.
    private readonly SemaphoreSlim _opening = new(1, 1);
#pragma warning restore CA2213
    private IEventStream? _current;
    private string? _lastId;
    private int _resuming;
    private TimeSpan _pause = FirstPause;
    private long? _lastFailure;
    private volatile bool _disposed;

    /// <param name="open">Opens a stream under an id.</param>
    /// <param name="isAwaited">Whether jobs are on their way whose events go to this id.</param>
    /// <param name="watch">The session's clock.</param>
    internal EventChannel(OpenStream open, Func<string, bool> isAwaited, TaskWatch watch)
    {
        _open = open;
        _isAwaited = isAwaited;
        _watch = watch;
        _stopped = _stop.Token;
    }

    /// <summary>Why no stream could be opened last; null when one could.</summary>
    internal Exception? LastError { get; private set; }

    /// <summary>The open stream; null when there is none now.</summary>
    internal IEventStream? Current => _current is { IsOpen: true } open ? open : null;

    // A stream under an old id has done its work when the jobs are over that it was opened for.
    private IEventStream? Usable => Current is { } open && (!open.IsResumed || _isAwaited(open.ClientId)) ? open : null;

    /// <summary>An open stream, or null when none is to be had: then jobs are followed by asking.</summary>
    internal async Task<IEventStream?> EnsureAsync(CancellationToken cancellationToken)
    {
        if (Usable is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Usable is { } openedMeanwhile)
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

    /// <summary>A stream has ended. If jobs wait for its events it is opened anew, after a pause: the server must have noticed that it ended.</summary>
    internal void OnClosed(IEventStream stream)
    {
        if (ReferenceEquals(stream, _current))
        {
            Resume(stream.ClientId);
        }
    }

    /// <summary>Opens a stream under an id again, if jobs wait for its events and no stream is open.</summary>
    internal void Resume(string clientId)
    {
        if (clientId != _lastId || Current is not null || _disposed || !_isAwaited(clientId) || Interlocked.Exchange(ref _resuming, 1) != 0)
        {
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => ResumeAsync(clientId), _stopped);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stop.Cancel();
        _stop.Dispose();
        Interlocked.Exchange(ref _current, null)?.Dispose();
    }

    private async Task ResumeAsync(string clientId)
    {
        try
        {
            for (TimeSpan pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
            {
                await _watch.DelayAsync(pause, _stopped).ConfigureAwait(false);
                if (!_isAwaited(clientId) || await EnsureAsync(_stopped).ConfigureAwait(false) is not null)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session is closed.
        }
        finally
        {
            Volatile.Write(ref _resuming, 0);
        }

        // It may have been lost again already.
        Resume(clientId);
    }

    private async Task<IEventStream?> OpenAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _current, null)?.Dispose();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestOpening);
        bool resumes = _lastId is not null && _isAwaited(_lastId);
        string clientId = resumes ? _lastId! : Guid.NewGuid().ToString("D");
        try
        {
            _current = await _open(clientId, resumes, limit.Token).ConfigureAwait(false);
            _lastId = clientId;
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
