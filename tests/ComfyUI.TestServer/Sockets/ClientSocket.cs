using System;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>A frame on its way to a socket.</summary>
/// <param name="Event">The event type, or the kind of a binary frame; faults go by it.</param>
internal sealed record SocketFrame(string Event, byte[] Data, bool IsText);

/// <summary>One open WebSocket. Frames queue here, so that a slow reader holds up nobody else.</summary>
internal sealed class ClientSocket(WebSocket socket, string sid, Action abort, Func<SocketFrame, int, SocketFate> fate)
{
    private readonly Channel<SocketFrame> outgoing = Channel.CreateUnbounded<SocketFrame>(new UnboundedChannelOptions { SingleReader = true });

    public string Sid => sid;

    /// <summary>What the client said it can do; filled by the handshake.</summary>
    public PyDict Flags { get; set; } = [];

    public void Post(SocketFrame frame) => outgoing.Writer.TryWrite(frame);

    /// <summary>Drops the TCP connection: no close frame, as when a server dies.</summary>
    public void Abort()
    {
        outgoing.Writer.TryComplete();
        try
        {
            abort();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void StopSending() => outgoing.Writer.TryComplete();

    /// <summary>Sends what is posted until the socket ends.</summary>
    public async Task SendLoopAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        await foreach (var frame in outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            switch (fate(frame, sent))
            {
                case SocketFate.Drop:
                    Abort();
                    return;
                case SocketFate.Swallow:
                    continue;
            }

            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            {
                return;
            }

            var type = frame.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await socket.SendAsync(frame.Data, type, endOfMessage: true, cancellationToken);
            sent++;
        }
    }
}

/// <summary>What a fault makes of a frame.</summary>
internal enum SocketFate
{
    Send,
    Swallow,
    Drop,
}
