using System;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client.Tests;

/// <summary>A port that says what a test wants, byte for byte, for what no web server would say. One request a connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly Func<RawRequest, Task> _answer;
    private int _requests;

    /// <summary>Says the same to everybody.</summary>
    internal RawServer(string says, bool closes = true)
        : this(request => SayAsync(request, says, closes))
    {
    }

    /// <summary>Says the first text to the first request, the next to the next, and the last to all that follow.</summary>
    internal RawServer(params string[] says)
        : this(request => SayAsync(request, says[Math.Min(request.Number, says.Length) - 1], closes: true))
    {
    }

    internal RawServer(Func<RawRequest, Task> answer)
    {
        _answer = answer;
        _listener = new LoopbackListener(ServeAsync);
    }

    internal Uri BaseUri => _listener.BaseUri;

    /// <summary>The heads of the requests so far.</summary>
    internal ConcurrentQueue<string> Heads { get; } = [];

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static async Task SayAsync(RawRequest request, string says, bool closes)
    {
        await request.WriteAsync(says);
        if (!closes)
        {
            await Task.Delay(Timeout.Infinite, request.Cancel);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        NetworkStream stream = client.GetStream();
        string head = await LoopbackListener.ReadHeadAsync(stream, stop);
        if (head.Length > 0)
        {
            Heads.Enqueue(head);
            await _answer(new RawRequest(Interlocked.Increment(ref _requests), head, stream, stop));
        }
    }
}

/// <summary>One request to a <see cref="RawServer"/>.</summary>
/// <param name="Number">Which it is, from 1.</param>
/// <param name="Head">Its first line and headers.</param>
/// <param name="Stream">The connection.</param>
/// <param name="Cancel">Ends the answer with the server.</param>
internal sealed record RawRequest(int Number, string Head, NetworkStream Stream, CancellationToken Cancel)
{
    internal ValueTask WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    internal ValueTask WriteAsync(byte[] bytes) => Stream.WriteAsync(bytes, Cancel);
}
