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

/// <summary>A port that says the same to everybody, byte for byte, for what no web server would say.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;

    internal RawServer(string says, bool closes = true)
    {
        _listener.Start();
        _accepting = AcceptAsync(Encoding.Latin1.GetBytes(says), closes);
    }

    internal Uri BaseUri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

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

    private async Task AcceptAsync(byte[] says, bool closes)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.Add(client);
                serving.Add(ServeAsync(client, says, closes));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Its usual end.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client, byte[] says, bool closes)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[16 * 1024], _stop.Token);
            await stream.WriteAsync(says, _stop.Token);
            if (closes)
            {
                client.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side went first.
        }
    }
}
