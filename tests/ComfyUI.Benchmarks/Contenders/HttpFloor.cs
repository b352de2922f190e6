using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>The least that .NET needs for a run: HttpClient and a WebSocket, the same steps on the wire, nothing else.</summary>
internal sealed class HttpFloor : IContender, IDisposable
{
    private readonly string _clientId = Guid.NewGuid().ToString();
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private readonly SocketsHttpHandler _handler = new();
    private HttpClient _http = null!;
    private ClientWebSocket _socket = null!;
    private string _folder = string.Empty;

    public async Task<JsonObject> DoAsync(JsonObject command)
    {
        switch (command["command"]!.ToString())
        {
            case "connect":
                _folder = command["folder"]!.ToString();
                await ConnectAsync(new Uri(command["uri"]!.ToString()));
                return [];
            case "run":
                return await RunAsync(new FloorPrompt(await File.ReadAllTextAsync(command["prompt"]!.ToString()), _clientId), (int)command["count"]!);
            default:
                throw new NotSupportedException();
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _http?.Dispose();
        _handler.Dispose();
    }

    private async Task ConnectAsync(Uri uri)
    {
        _http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = uri };
        _socket = new ClientWebSocket();
        var address = new UriBuilder(new Uri(uri, "ws?clientId=" + _clientId)) { Scheme = uri.Scheme == "https" ? "wss" : "ws" };
        await _socket.ConnectAsync(address.Uri, new HttpMessageInvoker(_handler, disposeHandler: false), CancellationToken.None);
    }

    private async Task<JsonObject> RunAsync(FloorPrompt prompt, int count)
    {
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await RunOnceAsync(prompt);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return ContenderLoop.Took(times, count);
    }

    private async Task RunOnceAsync(FloorPrompt prompt)
    {
        string id = Guid.NewGuid().ToString();
        using (var content = new ByteArrayContent(prompt.Body(id)))
        using (HttpResponseMessage posted = await _http.PostAsync(new Uri("prompt", UriKind.Relative), content))
        {
            posted.EnsureSuccessStatusCode();
        }

        await UntilEndAsync(Encoding.UTF8.GetBytes(id));
        byte[] history = await _http.GetByteArrayAsync(new Uri("history/" + id, UriKind.Relative));
        string query = FloorPrompt.ViewQuery(history, out string name);
        string target = Path.Combine(_folder, name);
        string partial = target + ".partial";
        using (HttpResponseMessage view = await _http.GetAsync(new Uri("view?" + query, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            view.EnsureSuccessStatusCode();
            using Stream body = await view.Content.ReadAsStreamAsync();
            using var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            int read;
            while ((read = await body.ReadAsync(_buffer)) > 0)
            {
                file.Write(_buffer, 0, read);
            }
        }

        File.Move(partial, target, overwrite: true);
    }

    private async Task UntilEndAsync(byte[] id)
    {
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
                length += received.Count;
            }
            while (!received.EndOfMessage);

            if (FloorPrompt.IsEnd(_buffer.AsSpan(0, length), id))
            {
                return;
            }
        }
    }
}
