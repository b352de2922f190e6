using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ComfyUI.Benchmarks;

/// <summary>
/// Knows of ComfyUI only what one job needs, and sends its progress faster than any real server does. The test server makes each event
/// anew, which at this rate would measure the test server.
/// </summary>
internal sealed class FloodServer(int rate, int seconds)
{
    private WebSocket? _current;
    private string _id = string.Empty;
    private long _ended;

    internal static async Task<int> RunAsync(int rate, int seconds)
    {
        var flood = new FloodServer(rate, seconds);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(flood.HandleAsync);
        await app.StartAsync();
        Console.WriteLine("Flood server listening on " + app.Urls.First() + "/");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/system_stats":
                await ReplyAsync(context, """{"system":{"comfyui_version":"0.3.64","os":"posix"},"devices":[]}""");
                break;
            case "/ws":
                await ServeSocketAsync(context);
                break;
            case "/prompt":
                JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
                Volatile.Write(ref _ended, 0);
                _id = body["prompt_id"]!.ToString();
                await ReplyAsync(context, $"{{\"prompt_id\":\"{_id}\",\"number\":1,\"node_errors\":{{}}}}");
                _ = Task.Run(FloodAsync);
                break;
            case "/queue":
                string running = Volatile.Read(ref _ended) == 0 ? Entry : string.Empty;
                await ReplyAsync(context, $"{{\"queue_running\":[{running}],\"queue_pending\":[]}}");
                break;
            default:
                await ReplyAsync(context, History());
                break;
        }
    }

    private string Entry => $"[1,\"{_id}\",{{}},{{}},[]]";

    private string History() => Volatile.Read(ref _ended) is var ended && ended == 0 ? "{}" : string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"{_id}\":{{\"prompt\":{Entry},\"outputs\":{{}},\"status\":{{\"status_str\":\"success\",\"completed\":true,")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"\"messages\":[[\"execution_success\",{{\"prompt_id\":\"{_id}\",\"timestamp\":{ended}}}]]}},\"meta\":{{}}}}}}");

    private static Task ReplyAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json);
    }

    private async Task ServeSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        await SendAsync(socket, """{"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}, "sid": "flood"}}""");
        _current = socket;
        byte[] buffer = new byte[4096];
        try
        {
            while (!(await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType.Equals(WebSocketMessageType.Close))
            {
            }
        }
        catch (WebSocketException)
        {
            // The client is gone.
        }
    }

    private async Task FloodAsync()
    {
        WebSocket socket = _current!;
        int total = rate * seconds;
        await SendAsync(socket, Frame("execution_start", string.Create(CultureInfo.InvariantCulture, $"\"timestamp\": {Now()}")));
        await SendAsync(socket, Frame("executing", "\"node\": \"3\", \"display_node\": \"3\""));
        long started = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < total;)
        {
            int due = (int)Math.Min(total, Stopwatch.GetElapsedTime(started).TotalSeconds * rate);
            for (; sent < due; sent++)
            {
                await SendAsync(socket, Frame("progress", string.Create(CultureInfo.InvariantCulture, $"\"value\": {sent + 1}, \"max\": {total}, \"node\": \"3\"")));
            }

            await Task.Delay(1);
        }

        long ended = Now();
        await SendAsync(socket, Frame("execution_success", string.Create(CultureInfo.InvariantCulture, $"\"timestamp\": {ended}")));
        Volatile.Write(ref _ended, ended);
        await SendAsync(socket, Frame("executing", "\"node\": null"));
    }

    private string Frame(string type, string data) => $"{{\"type\": \"{type}\", \"data\": {{\"prompt_id\": \"{_id}\", {data}}}}}";

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static Task SendAsync(WebSocket socket, string json)
        => socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
