using System;
using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// One WebSocket to the server (<c>GET /ws?clientId=…</c>) from its opening to its end.
/// </summary>
internal sealed class EventSocket : IEventStream
{
    /// <summary>The largest message taken. Pictures of SaveImageWebsocket come whole; 256 MiB is an 8,000 by 8,000 PNG that does not compress.</summary>
    private const int MaxMessageBytes = 256 * 1024 * 1024;

    private const int KeptBytes = 1024 * 1024;

    // Must be the first message, or the server ignores it; it makes previews say which job and node they belong to.
    private static readonly byte[] FeatureFlags = Encoding.UTF8.GetBytes("{\"type\":\"feature_flags\",\"data\":{\"supports_preview_metadata\":true}}");

    private readonly WebSocket _socket;
    private readonly Action<EventSocket, ServerEvent> _onEvent;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _receiving;
    private int _disposed;
    private long _messages;

    private EventSocket(string clientId, bool isResumed, WebSocket socket, Action<EventSocket, ServerEvent> onEvent, Action<EventSocket> onClosed)
    {
        ClientId = clientId;
        IsResumed = isResumed;
        _socket = socket;
        _onEvent = onEvent;

        // The loop outlives the call that opens the socket: it must not report its requests to that call's observer.
        using (ExecutionContext.SuppressFlow())
        {
            _receiving = Task.Run(() => RunAsync(onClosed));
        }
    }

    public string ClientId { get; }

    public bool IsResumed { get; }

    public long Messages => Interlocked.Read(ref _messages);

    public bool IsOpen => !_receiving.IsCompleted && _socket.State == WebSocketState.Open;

    /// <summary>Opens a socket and waits until the server has registered it.</summary>
    internal static async Task<EventSocket> OpenAsync(
        HttpPipeline pipeline,
        string clientId,
        bool isResumed,
        Action<EventSocket, ServerEvent> onEvent,
        Action<EventSocket> onClosed,
        CancellationToken cancellationToken)
    {
        WebSocket socket = await pipeline.ConnectSocketAsync("ws?clientId=" + clientId, cancellationToken).ConfigureAwait(false);
        EventSocket? events = null;
        try
        {
            await socket.SendAsync(new ArraySegment<byte>(FeatureFlags), WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
            events = new EventSocket(clientId, isResumed, socket, onEvent, onClosed);
            using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), events._ready))
            {
                // The first message says that the server will send us the events of our prompts.
                await events._ready.Task.ConfigureAwait(false);
            }

            return events;
        }
        catch
        {
            events?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stop.Cancel();
            _socket.Abort();
            _socket.Dispose();
            _stop.Dispose();
        }
    }

    private async Task RunAsync(Action<EventSocket> onClosed)
    {
        try
        {
            await ReceiveAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // However it ended, it ended: the tracker goes on without it.
        }
        finally
        {
            _ready.TrySetException(new WebSocketException("The server closed the WebSocket at once."));
            _ = _ready.Task.Exception;

            // A message that was too large leaves it open.
            _socket.Abort();
            onClosed(this);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                int length = 0;
#if NETSTANDARD2_0
                WebSocketReceiveResult result;
#else
                ValueWebSocketReceiveResult result;
#endif
                do
                {
                    if (length == buffer.Length)
                    {
                        buffer = Grow(buffer, length);
                    }

#if NETSTANDARD2_0
                    result = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), cancellationToken).ConfigureAwait(false);
#else
                    result = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
#endif
                    length += result.Count;
                }
                while (!result.EndOfMessage);

                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                Dispatch(result.MessageType, buffer.AsMemory(0, length));
                if (buffer.Length > KeptBytes)
                {
                    // One large message is no reason to keep so much for the rest of the night.
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Dispatch(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        Interlocked.Increment(ref _messages);
        _ready.TrySetResult(true);
        ServerEvent? received = type == WebSocketMessageType.Binary ? FrameReader.ReadBinary(message.Span) : FrameReader.ReadText(message);
        if (received is not null)
        {
            _onEvent(this, received);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        if (length >= MaxMessageBytes)
        {
            throw new WebSocketException($"A message is larger than {JsonAccess.Invariant(MaxMessageBytes / 1024 / 1024)} MiB.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Buffer.BlockCopy(buffer, 0, larger, 0, length);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static bool IsEnd(Exception error)
        => error is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException || RequestErrors.IsNetwork(error);
}
