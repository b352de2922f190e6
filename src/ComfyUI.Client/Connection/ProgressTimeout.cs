using System;
using System.Threading;

namespace ComfyUI.Client;

/// <summary>A time limit that starts again with every sign of life, so that a large file may take as long as it moves.</summary>
internal sealed class ProgressTimeout : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _linked;

    internal ProgressTimeout(TimeSpan limit, CancellationToken caller, CancellationToken closed)
    {
        _limit = limit;
        _expiry = new CancellationTokenSource(limit);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, caller, closed);
    }

    internal CancellationToken Token => _linked.Token;

    internal bool IsExpired => _expiry.IsCancellationRequested;

    /// <summary>Something moved: the limit counts from now.</summary>
    internal void Restart()
    {
        if (!_expiry.IsCancellationRequested)
        {
            _expiry.CancelAfter(_limit);
        }
    }

    public void Dispose()
    {
        _linked.Dispose();
        _expiry.Dispose();
    }
}
