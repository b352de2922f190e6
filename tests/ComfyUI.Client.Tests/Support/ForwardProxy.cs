using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client.Tests;

/// <summary>A small forward proxy: tunnels by CONNECT, and one plain request a connection. Whatever host is asked for, it goes to one server.</summary>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly int _target;
    private readonly string? _password;

    internal ForwardProxy(Uri target, string? password = null)
    {
        _target = target.Port;
        _password = password;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri BaseUri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The first line of each request.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
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
        using (var server = new TcpClient())
        {
            try
            {
                NetworkStream near = client.GetStream();
                string[] head = await ReadHeadAsync(near);
                Requests.Enqueue(head[0]);
                if (_password is not null && !head.Any(line => line.StartsWith("Proxy-Authorization: Basic ", StringComparison.OrdinalIgnoreCase) && IsRight(line)))
                {
                    await WriteAsync(near, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                    return;
                }

                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                NetworkStream far = server.GetStream();
                if (head[0].StartsWith("CONNECT ", StringComparison.Ordinal))
                {
                    await WriteAsync(near, "HTTP/1.1 200 OK\r\n\r\n");
                }
                else
                {
                    string[] kept = [.. head.Where(line => !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))];
                    await WriteAsync(far, string.Join("\r\n", [.. kept, "Connection: close"]) + "\r\n\r\n");
                }

                await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // One side is gone.
            }
        }
    }

    private bool IsRight(string line) => Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).EndsWith(":" + _password, StringComparison.Ordinal);

    private async Task<string[]> ReadHeadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n') && await stream.ReadAsync(one, _stop.Token) > 0)
        {
            head.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. head]).TrimEnd().Split("\r\n");
    }

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
