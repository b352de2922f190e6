using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>GET /ws.</summary>
internal sealed class SocketEndpoint(ServerProcess process, FaultPlan faults)
{
    // aiohttp's default; a longer message from the client closes the socket with 1009.
    private const int MaxMessage = 4 * 1024 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            var header = context.Request.Headers.Upgrade.ToString();
            await Reply.TextAsync(context, 400, $"No WebSocket UPGRADE hdr: {(header.Length == 0 ? "None" : header)}\n Can \"Upgrade\" only to \"WebSocket\".");
            return;
        }

        var wanted = context.Request.Query["clientId"].ToString();
        var sid = wanted.Length > 0 ? wanted : Guid.NewGuid().ToString("N");
        using var webSocket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            DangerousEnableCompression = true,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        });
        var watch = faults.WatchSocket(sid);
        var socket = new ClientSocket(webSocket, sid, context.Abort, watch);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, process.Stopping);
        // First in the queue whatever else happens: the status with the sid.
        var status = process.Status();
        status["sid"] = sid;
        socket.Post(SocketHub.Frame("status", status));
        if (process.CurrentClientId == sid && process.LastNodeId is { } node)
        {
            socket.Post(SocketHub.Frame("executing", Py.Dict(("node", node))));
        }

        process.Sockets.Register(socket);
        var sending = QuietAsync(() => socket.SendLoopAsync(stop.Token));
        try
        {
            await QuietAsync(() => ReceiveLoopAsync(webSocket, socket, stop.Token));
        }
        finally
        {
            process.Sockets.Unregister(socket);
            socket.StopSending();
            await stop.CancelAsync();
            await sending;
        }
    }

    private static async Task QuietAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone; there is nobody to tell.
        }
    }

    private async Task ReceiveLoopAsync(WebSocket webSocket, ClientSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        using var message = new MemoryStream();
        var first = true;
        while (true)
        {
            var received = await webSocket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                socket.StopSending();
                await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return;
            }

            message.Write(buffer, 0, received.Count);
            if (message.Length > MaxMessage)
            {
                socket.StopSending();
                await webSocket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellationToken);
                return;
            }

            if (received.EndOfMessage)
            {
                if (first && received.MessageType == WebSocketMessageType.Text)
                {
                    first = !Handshake(socket, message.ToArray());
                }

                message.SetLength(0);
            }
        }
    }

    // True when the message counts as the first one: any JSON object does, and only feature_flags is answered.
    private bool Handshake(ClientSocket socket, byte[] message)
    {
        PyDict? data;
        try
        {
            data = PyJsonReader.Parse(Encoding.UTF8.GetString(message)) as PyDict;
        }
        catch (FormatException)
        {
            return false;
        }

        if (data is null)
        {
            return false;
        }

        if (data.GetValueOrDefault("type") is "feature_flags" && process.Options.Generation != ServerGeneration.Early)
        {
            socket.Flags = data.GetValueOrDefault("data") as PyDict ?? [];
            socket.Post(SocketHub.Frame("feature_flags", process.Features()));
        }

        return true;
    }
}
