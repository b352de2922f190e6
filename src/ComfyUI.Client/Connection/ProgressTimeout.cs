using System;
using System.Diagnostics;
using System.Threading;

namespace ComfyUI.Client;

/// <summary>A time limit that starts again with every sign of life, so that a large file may take as long as it moves.</summary>
internal sealed class ProgressTimeout : IDisposable
{
    /// <summary>What an answer that is no file must bring in a second, once it has taken as long as a request may: less than any line in use.</summary>
    private const double LeastBytesPerSecond = 1024;

    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _closed;
    private readonly CancellationTokenSource _source;
    private long _received;
    private long _firstReceived;

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
    internal void Restart() => RestartWith(_limit);

    /// <summary>
    /// A part of an answer came. The limit counts from now, but not without end: who sends a byte a minute would hold those who wait for ever.
    /// </summary>
    internal void Received(int bytes)
    {
        if (_limit == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        _firstReceived = _received == 0 ? now : _firstReceived;
        _received += bytes;
        TimeSpan left = MostFor(_received, _limit) - TimeSpan.FromSeconds((now - _firstReceived) / (double)Stopwatch.Frequency);
        RestartWith(left < TimeSpan.Zero ? TimeSpan.Zero : left < _limit ? left : _limit);
    }

    /// <summary>How long an answer of so many bytes may take in all.</summary>
    internal static TimeSpan MostFor(long bytes, TimeSpan limit) => limit + TimeSpan.FromSeconds(bytes / LeastBytesPerSecond);

    public void Dispose() => _source.Dispose();

    private void RestartWith(TimeSpan time)
    {
        if (!_source.IsCancellationRequested)
        {
            _source.CancelAfter(time);
        }
    }
}
