using System;
using System.Threading;

namespace ComfyUI.Client;

/// <summary>A time limit that starts again with every sign of life, so that a large file may take as long as it moves.</summary>
internal sealed class ProgressTimeout : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _closed;
    private readonly CancellationTokenSource _source;

    internal ProgressTimeout(TimeSpan limit, CancellationToken caller, CancellationToken closed)
    {
        _limit = limit;
        _caller = caller;
        _closed = closed;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller, closed);
        _source.CancelAfter(limit);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>Whether the time is up, and nobody had given up before it was.</summary>
    internal bool IsExpired => _source.IsCancellationRequested && !_caller.IsCancellationRequested && !_closed.IsCancellationRequested;

    /// <summary>Something moved: the limit counts from now.</summary>
    internal void Restart()
    {
        if (!_source.IsCancellationRequested)
        {
            _source.CancelAfter(_limit);
        }
    }

    public void Dispose() => _source.Dispose();
}
