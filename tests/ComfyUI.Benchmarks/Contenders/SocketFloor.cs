using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>The least that anybody needs for a run: two TCP connections and blocking calls, the same steps on the wire.</summary>
internal sealed class SocketFloor : IContender, IDisposable
{
    private readonly string _clientId = Guid.NewGuid().ToString();
    private Line _http = null!;
    private Line _socket = null!;
    private Uri _uri = null!;
    private string _folder = string.Empty;

    public async Task<JsonObject> DoAsync(JsonObject command)
    {
        switch (command["command"]!.ToString())
        {
            case "connect":
                _folder = command["folder"]!.ToString();
                Connect(new Uri(command["uri"]!.ToString()));
                return [];
            case "run":
                return Run(new FloorPrompt(await File.ReadAllTextAsync(command["prompt"]!.ToString()), _clientId), (int)command["count"]!);
            default:
                throw new NotSupportedException();
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _http?.Dispose();
    }

    private void Connect(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new NotSupportedException("The raw socket speaks plain http only.");
        }

        _uri = uri;
        _http = new Line(uri);
        _socket = new Line(uri);
        _socket.Send(Encoding.ASCII.GetBytes(
            $"GET {Path("ws?clientId=" + _clientId)} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        _socket.ReadHead();
    }

    private string Path(string relative) => new Uri(_uri, relative).PathAndQuery;

    private JsonObject Run(FloorPrompt prompt, int count)
    {
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            RunOnce(prompt);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return ContenderLoop.Took(times, count);
    }

    private void RunOnce(FloorPrompt prompt)
    {
        string id = Guid.NewGuid().ToString();
        byte[] body = prompt.Body(id);
        byte[] head = Encoding.ASCII.GetBytes(
            $"POST {Path("prompt")} HTTP/1.1\r\nHost: {_uri.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        _http.Send([.. head, .. body]);
        _http.ReadBody();
        byte[] idBytes = Encoding.ASCII.GetBytes(id);
        while (!FloorPrompt.IsEnd(_socket.ReadFrame(), idBytes))
        {
        }

        Get("history/" + id);
        string query = FloorPrompt.ViewQuery(_http.ReadBody(), out string name);
        Get("view?" + query);
        string target = System.IO.Path.Combine(_folder, name);
        string partial = target + ".partial";
        using (FileStream file = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            file.Write(_http.ReadBody());
        }

        File.Move(partial, target, overwrite: true);
    }

    private void Get(string relative)
        => _http.Send(Encoding.ASCII.GetBytes($"GET {Path(relative)} HTTP/1.1\r\nHost: {_uri.Authority}\r\n\r\n"));

    /// <summary>A TCP connection that knows where an HTTP answer and a WebSocket frame end.</summary>
    private sealed class Line : IDisposable
    {
        private readonly Socket _tcp = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = new byte[4 * 1024 * 1024];
        private int _start;
        private int _end;

        internal Line(Uri uri) => _tcp.Connect(uri.Host, uri.Port);

        public void Dispose() => _tcp.Dispose();

        internal void Send(byte[] bytes) => _tcp.Send(bytes);

        /// <summary>Reads a head and gives the length of the body that follows.</summary>
        internal int ReadHead()
        {
            int length;
            while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            {
                More();
            }

            ReadOnlySpan<byte> head = _buffer.AsSpan(_start, length);
            _start += length + 4;
            int at = head.IndexOf("Content-Length: "u8);
            if (at < 0)
            {
                return 0;
            }

            System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int declared, out _);
            return declared;
        }

        internal ReadOnlySpan<byte> ReadBody() => Take(ReadHead());

        internal ReadOnlySpan<byte> ReadFrame()
        {
            ReadOnlySpan<byte> head = Take(2);
            int length = head[1] & 0x7F;
            return Take(length switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
                127 => (int)BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
                _ => length,
            });
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            while (_end - _start < count)
            {
                More();
            }

            _start += count;
            return _buffer.AsSpan(_start - count, count);
        }

        private void More()
        {
            if (_start == _end)
            {
                _start = _end = 0;
            }
            else if (_start > _buffer.Length / 2)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            int read = _tcp.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None);
            _end += read > 0 ? read : throw new IOException("The server closed the connection.");
        }
    }
}
