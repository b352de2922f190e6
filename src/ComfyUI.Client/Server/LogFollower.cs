using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Follows the server's log: over a WebSocket of its own where the server can be asked for that (<c>PATCH /internal/logs/subscribe</c>),
/// else by asking again and again. Whenever the socket is opened, lost or long silent the log is asked for what was missed.
/// </summary>
internal sealed class LogFollower(HttpPipeline pipeline, IJobServer server, TaskWatch watch) : IDisposable
{
    private const string Route = "internal/logs/raw";

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    // With the first message included: a socket that says nothing is no better than none.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(5);

    // Until a socket that could not be opened is tried again; the log is asked for meanwhile.
    private static readonly TimeSpan SocketPause = TimeSpan.FromMinutes(1);

    // Of who takes the lines too slowly. The server itself keeps 300.
    private const int MostHeard = 10_000;

    // A socket that is lost may not say so.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly object _lock = new();
    private readonly Queue<JsonObject> _heard = new();
    private readonly LogReader _reader = new();
    private TaskCompletionSource<bool> _news = NewSource();
    private IEventStream? _stream;
    private bool _canSubscribe = true;
    private long? _lastFailure;

    public void Dispose() => _stream?.Dispose();

    /// <summary>The lines finished since the last call that the log has now.</summary>
    internal async Task<List<ComfyUILogEntry>> CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_canSubscribe && _stream is not { IsOpen: true } && !(_lastFailure is { } failure && watch.Since(failure) < SocketPause))
        {
            await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        }

        return _reader.Read(await pipeline.GetObjectAsync(Route, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Waits until the log should be asked again, telling meanwhile of the lines that come by themselves.</summary>
    internal async Task ListenAsync(Action<ComfyUILogEntry> onLine, CancellationToken cancellationToken)
    {
        while (_stream is { IsOpen: true })
        {
            Task news = News();
            while (Next() is { } heard)
            {
                foreach (ComfyUILogEntry line in _reader.Read(heard))
                {
                    onLine(line);
                }
            }

            if (!await watch.WaitAsync(news, LongestSilence, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        await watch.DelayAsync(PollInterval, cancellationToken).ConfigureAwait(false);
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        _stream?.Dispose();
        _stream = null;
        try
        {
            // An id of its own: the log must not come over the socket that jobs are followed by.
            string clientId = Guid.NewGuid().ToString("D");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LongestOpening);
            IEventStream stream = await server.OpenEventsAsync(clientId, false, OnEvent, _ => Tell(), limit.Token).ConfigureAwait(false);
            _stream = stream;
            byte[] body = JsonText.WriteUtf8(new JsonObject { ["clientId"] = stream.ClientId, ["enabled"] = true });
            var call = new HttpCall(new HttpMethod("PATCH"), "internal/logs/subscribe") { IsIdempotent = true, Content = () => JsonRequests.Body(body) };
            using HttpResponseMessage response = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
            _lastFailure = null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // No socket, or a server that pushes no log: then it is asked.
            _canSubscribe = e is not ComfyUIException { StatusCode: not null };
            _lastFailure = watch.Timestamp;
            _stream?.Dispose();
            _stream = null;
        }
    }

    // Called in the socket's own loop.
    private void OnEvent(IEventStream stream, ServerEvent received)
    {
        if (received is LogsEvent logs)
        {
            lock (_lock)
            {
                if (_heard.Count >= MostHeard)
                {
                    _heard.Dequeue();
                }

                _heard.Enqueue(logs.Data);
            }

            Tell();
        }
    }

    private void Tell()
    {
        lock (_lock)
        {
            _news.TrySetResult(true);
        }
    }

    private Task News()
    {
        lock (_lock)
        {
            if (_news.Task.IsCompleted)
            {
                _news = NewSource();
            }

            return _news.Task;
        }
    }

    private JsonObject? Next()
    {
        lock (_lock)
        {
            return _heard.Count > 0 ? _heard.Dequeue() : null;
        }
    }

    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
