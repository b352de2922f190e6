using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client.Tests;

/// <summary>A port that says what a test wants, byte for byte, for what no web server would say. One request a connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Func<RawRequest, Task> _answer;
    private readonly Task _accepting;
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
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri BaseUri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The heads of the requests so far.</summary>
    internal ConcurrentQueue<string> Heads { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (TcpClient client in _clients)
        {
            client.Dispose();
        }

        await _accepting;
        _stop.Dispose();
    }

    private static async Task SayAsync(RawRequest request, string says, bool closes)
    {
        await request.WriteAsync(says);
        if (!closes)
        {
            await Task.Delay(Timeout.Infinite, request.Cancel);
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.Add(client);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Its usual end.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                string head = await ReadHeadAsync(stream);
                if (head.Length > 0)
                {
                    Heads.Enqueue(head);
                    await _answer(new RawRequest(Interlocked.Increment(ref _requests), head, stream, _stop.Token));
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side went first.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!(head.Length >= 4 && head[^1] == '\n' && head[^3] == '\n') && await stream.ReadAsync(one, _stop.Token) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
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
