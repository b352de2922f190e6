using System;
using System.Collections.Concurrent;
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
    private readonly LoopbackListener _listener;
    private readonly int _target;
    private readonly string? _password;

    internal ForwardProxy(Uri target, string? password = null)
    {
        _target = target.Port;
        _password = password;
        _listener = new LoopbackListener(ServeAsync);
    }

    internal Uri BaseUri => _listener.BaseUri;

    /// <summary>The first line of each request.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        NetworkStream near = client.GetStream();
        string[] head = (await LoopbackListener.ReadHeadAsync(near, stop)).TrimEnd().Split("\r\n");
        Requests.Enqueue(head[0]);
        if (_password is not null && !head.Any(line => line.StartsWith("Proxy-Authorization: Basic ", StringComparison.OrdinalIgnoreCase) && IsRight(line)))
        {
            await WriteAsync(near, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", stop);
            return;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target, stop);
        NetworkStream far = server.GetStream();
        if (head[0].StartsWith("CONNECT ", StringComparison.Ordinal))
        {
            await WriteAsync(near, "HTTP/1.1 200 OK\r\n\r\n", stop);
        }
        else
        {
            string[] kept = [.. head.Where(line => !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))];
            await WriteAsync(far, string.Join("\r\n", [.. kept, "Connection: close"]) + "\r\n\r\n", stop);
        }

        await Task.WhenAny(near.CopyToAsync(far, stop), far.CopyToAsync(near, stop));
    }

    private bool IsRight(string line) => Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).EndsWith(":" + _password, StringComparison.Ordinal);

    private static async Task WriteAsync(NetworkStream stream, string text, CancellationToken stop) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop);
}
