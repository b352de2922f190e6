using System;
using System.Diagnostics;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Every request of a session goes through here: base address, credentials, redirects within the origin, time limit, retries, log, and
/// the translation of failures into this library's errors.
/// </summary>
internal sealed class HttpPipeline : IDisposable
{
    private const int MaxRedirects = 5;

    private static readonly CacheControlHeaderValue NoCache = new() { NoCache = true };

    private readonly TimeProvider _clock;
    private readonly SessionHeaders _headers;
    private readonly MessageHandlers _handlers;
    private readonly HttpClient _client;
    private readonly Random _random = new();
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;
    private readonly TaskWatch _retryClock;

    /// <exception cref="ComfyUIException">The settings are wrong, or would send credentials unprotected.</exception>
    internal HttpPipeline(ComfyUIConnectionOptions options, RequestLog log)
    {
        _clock = options.Clock;
        Log = log;
        BaseUri = Origin.Normalize(options.BaseUri);
        RequestTimeout = options.Timeout;
        _headers = new SessionHeaders(options.Credential ?? ComfyUICredential.InAddress(options.BaseUri), options.Headers, options.BaseUri);
        RefuseExposedCredentials(options.AllowUnencryptedAuthentication);
        Authentication = _headers.Kind ?? (options.ClientCertificate is not null ? "Client certificate" : "None");
        _handlers = new MessageHandlers(options);
        _client = new HttpClient(_handlers.Handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _retryClock = new TaskWatch(options.Clock);
        // A name that cannot be sent is no id; the id is looked up when the server is checked.
        UserId = options.User is { } user && SessionHeaders.IsSendable(user) ? user : null;
        Closed = _closed.Token;
    }

    internal Uri BaseUri { get; }

    internal RequestLog Log { get; }

    /// <summary>The user of a server for several users that requests are for; null for none.</summary>
    internal string? UserId { get; set; }

    /// <summary>The longest time without any progress of a request.</summary>
    internal TimeSpan RequestTimeout { get; }

    /// <summary>Cancelled when the session is closed.</summary>
    internal CancellationToken Closed { get; }

    internal bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>How we say who we are, without the secret.</summary>
    internal string Authentication { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _closed.Cancel();
        _closed.Dispose();
        _client.Dispose();
        _handlers.Dispose();
        _headers.Dispose();
    }

    /// <summary>Makes a request, again where that is safe, until it succeeds. The answer's body is not read yet.</summary>
    /// <exception cref="ComfyUIException">It failed, each way of failing with its own kind and id.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    internal async Task<HttpResponseMessage> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            Attempt outcome = await TryAsync(call, attempt, cancellationToken).ConfigureAwait(false);
            if (outcome.Response is { } response)
            {
                return response;
            }

            if (outcome.Wait is not { } wait)
            {
                throw outcome.Error!;
            }

            await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
            if (outcome.Error!.StatusCode == 429 && call.MayRepeat is { } mayRepeat && !await mayRepeat(cancellationToken).ConfigureAwait(false))
            {
                throw outcome.Error;
            }
        }
    }

    /// <summary>Text of the server without the session's secrets.</summary>
    internal string Mask(string text) => _headers.Mask(text);

    /// <summary>Has <see cref="Mask"/> keep a secret that is handed to the server in the body of a request.</summary>
    internal void Conceal(string secret) => _headers.Conceal(secret);

    /// <summary>The error for an answer that is no JSON, or not the JSON its route promises.</summary>
    internal ComfyUIProtocolException Unexpected(string request, string what, string? body = null, string? contentType = null, Exception? cause = null)
        => ResponseErrors.Unexpected(request, what, body is null ? null : Mask(body), contentType is null ? null : Mask(contentType), cause);

    /// <summary>Opens a WebSocket with the session's credentials, headers, cookies, proxy and certificates.</summary>
    internal async Task<WebSocket> ConnectSocketAsync(string path, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var http = new Uri(BaseUri, path);
        Uri uri = new UriBuilder(_headers.AddTo(http)) { Scheme = http.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Port = http.Port }.Uri;
        if (_handlers.SocketObstacle(uri) is { } obstacle)
        {
            throw new NotSupportedException(obstacle);
        }

        long started = Stopwatch.GetTimestamp();
        DateTimeOffset time = _clock.GetUtcNow();
        string shownPath = Redaction.Query(http.PathAndQuery);
        try
        {
            WebSocket socket = await _handlers.ConnectSocketAsync(uri, ConfigureSocket, cancellationToken).ConfigureAwait(false);
            Log.Write(new ComfyUIRequestTrace { Time = time, Method = "WS", Path = shownPath, StatusCode = 101, Elapsed = Since(started), Attempt = 1 });
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or InvalidOperationException)
        {
            Log.Write(new ComfyUIRequestTrace { Time = time, Method = "WS", Path = shownPath, Elapsed = Since(started), Attempt = 1, Error = RequestErrors.Reason(e) });
            throw;
        }
    }

    /// <summary>The request as it is named in errors: method and address without credentials.</summary>
    internal string Describe(HttpCall call) => $"{call.Method} {Redaction.Address(Resolve(call))}";

    /// <exception cref="ComfyUIException">The path leads to another server.</exception>
    private Uri Resolve(HttpCall call) => call.Address ??= Resolve(call.Path);

    private Uri Resolve(string path)
    {
        // Two slashes or backslashes at the start name another host, and so does a scheme.
        return Uri.TryCreate(BaseUri, path, out Uri? uri) && Origin.Same(uri, BaseUri)
            ? uri
            : throw new ComfyUIException(ComfyUIErrorId.InvalidConfiguration, "An endpoint is a path of the session's server, not an address.")
            {
                RecommendedAction = "Give a path such as /object_info/KSampler.",
            };
    }

    private async Task<Attempt> TryAsync(HttpCall call, int attempt, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        Uri uri = Resolve(call);
        DateTimeOffset time = _clock.GetUtcNow();
        long started = Stopwatch.GetTimestamp();
        using var limit = new ProgressTimeout(RequestTimeout, cancellationToken, Closed);
        ComfyUIException error;
        int? status = null;
        TimeSpan? wait = null;
        try
        {
            HttpResponseMessage response = await SendFollowingAsync(call, uri, limit).ConfigureAwait(false);
            status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode || status is 304 or 206)
            {
                Tell(call, time, started, attempt, status);
                return new Attempt(response, null, null);
            }

            using (response)
            {
                string body = await ResponseBodies.ReadErrorTextAsync(response, limit).ConfigureAwait(false);
                error = ResponseErrors.From(response, body, Describe(call), Mask);
                // 429 means that the request was not taken, so it may be made again whatever it was.
                if (RetryPolicy.IsTransient(status.Value) && (call.IsIdempotent || status == 429))
                {
                    TimeSpan? asked = RetryPolicy.RetryAfter(response, _clock.GetUtcNow(), out bool tooLong);
                    wait = tooLong ? null : asked ?? RetryPolicy.Backoff(attempt + 1, _random);
                }
            }
        }
        catch (Exception e) when (IsClosing(e, cancellationToken))
        {
            throw RequestErrors.SessionClosed(e);
        }
        catch (OperationCanceledException) when (limit.IsExpired)
        {
            error = RequestErrors.FromTimeout(BaseUri, Describe(call), RequestTimeout);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting, which is not a failure to it but a cancellation. Nothing was sent.
            error = RequestErrors.FromConnectTimeout(e, BaseUri, Describe(call));
            wait = RetryPolicy.Backoff(attempt + 1, _random);
        }
        catch (ComfyUIException e)
        {
            // A redirect that is not followed.
            error = e;
            status = e.StatusCode;
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e) && !cancellationToken.IsCancellationRequested)
        {
            if (limit.IsExpired)
            {
                error = RequestErrors.FromTimeout(BaseUri, Describe(call), RequestTimeout);
            }
            else
            {
                error = RequestErrors.FromFailure(e, BaseUri, Describe(call));
                bool safe = call.IsIdempotent || RequestErrors.NeverArrived(e);
                wait = safe && RequestErrors.IsTransient(e) ? RetryPolicy.Backoff(attempt + 1, _random) : null;
            }
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e))
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }

        wait = attempt >= call.MaxAttempts ? null : wait;
        Tell(call, time, started, attempt, status, error.Message, wait);
        return new Attempt(null, error, wait);
    }

    // Redirects are followed by hand, so that credentials never leave the origin.
    private async Task<HttpResponseMessage> SendFollowingAsync(HttpCall call, Uri uri, ProgressTimeout limit)
    {
        bool asksFirst = true;
        for (int redirects = 0; ; redirects++)
        {
            using HttpRequestMessage message = CreateMessage(call, uri, limit);
            asksFirst &= message.Headers.ExpectContinue == true;
            message.Headers.ExpectContinue = asksFirst;
            HttpResponseMessage response = await _client
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            Uri? location = RedirectTarget(response, uri);
            if ((int)response.StatusCode == 417 && asksFirst)
            {
                // An old proxy that does not know the question.
                response.Dispose();
                asksFirst = false;
                continue;
            }

            if (location is null)
            {
                return response;
            }

            int status = (int)response.StatusCode;
            response.Dispose();
            bool keepsMethod = status is 307 or 308 || call.Method == HttpMethod.Get || call.Method == HttpMethod.Head;
            if (!Origin.Same(location, uri) || !keepsMethod || redirects >= MaxRedirects)
            {
                throw RedirectRefused(call, status, location, Origin.Same(location, uri), redirects);
            }

            uri = location;
        }
    }

    private HttpRequestMessage CreateMessage(HttpCall call, Uri uri, ProgressTimeout limit)
    {
        var message = new HttpRequestMessage(call.Method, _headers.AddTo(uri));
        if (call.Content is not null)
        {
            message.Content = new ProgressContent(call.Content(), limit, call.Sent);
        }

        if (call.Method == HttpMethod.Get)
        {
            // A job's state from some cache between would be that of yesterday, and so would a file: names are used again.
            message.Headers.CacheControl = NoCache;
        }

        if (UserId is not null)
        {
            message.Headers.TryAddWithoutValidation(ServerUsers.Header, UserId);
        }

        _headers.AddTo(message, call.Configure);
        return message;
    }

    private void ConfigureSocket(ClientWebSocketOptions socket)
    {
        socket.KeepAliveInterval = TimeSpan.FromSeconds(20);
        _headers.AddTo(socket);
    }

    private static Uri? RedirectTarget(HttpResponseMessage response, Uri from)
        => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location
            ? new Uri(from, location)
            : null;

    private ComfyUIConnectionException RedirectRefused(HttpCall call, int status, Uri location, bool sameOrigin, int redirects)
    {
        string request = Describe(call);
        // Without the query: what a login page is given there is nobody else's business.
        string target = Mask(location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        string reason = !sameOrigin ? "which is another server, and is sent no credentials and no jobs"
            : redirects >= MaxRedirects ? "after too many redirects"
            : "which cannot be followed with a body";
        return new ComfyUIConnectionException(
            ComfyUIErrorId.RedirectRefused,
            $"The answer to {request} is a redirect (HTTP {JsonAccess.Invariant(status)}) to {target}, {reason}.")
        {
            StatusCode = status,
            Request = request,
            RecommendedAction = "If ComfyUI is there, connect to that address.",
        };
    }

    private void RefuseExposedCredentials(bool areAllowed)
    {
        if (!areAllowed && _headers.HasSecret && Origin.IsExposed(BaseUri))
        {
            throw new ComfyUIConnectionException(
                ComfyUIErrorId.UnencryptedAuthentication,
                $"Credentials are not sent to {BaseUri} over plain http, where anybody on the way could read them.")
            {
                RecommendedAction = "Use an https address, or a tunnel to loopback; on a network you trust, -AllowUnencryptedAuthentication.",
            };
        }
    }

    private void Tell(
        HttpCall call, DateTimeOffset time, long started, int attempt, int? status, string? error = null, TimeSpan? wait = null)
    {
        if (Log.IsHeard)
        {
            Log.Write(new ComfyUIRequestTrace
            {
                Time = time,
                Method = call.Method.Method,
                Path = Redaction.Query("/" + call.Path),
                StatusCode = status,
                Elapsed = Since(started),
                Attempt = attempt,
                Error = error,
                RetryAfter = wait,
            });
        }
    }

    private static TimeSpan Since(long started)
        => TimeSpan.FromSeconds((Stopwatch.GetTimestamp() - started) / (double)Stopwatch.Frequency);

    private void ThrowIfClosed()
    {
        if (IsClosed)
        {
            throw RequestErrors.SessionClosed(null);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closed);
        try
        {
            await _retryClock.DelayAsync(wait, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (IsClosing(e, cancellationToken))
        {
            throw RequestErrors.SessionClosed(e);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Whether a request ended because the session was closed under it.</summary>
    internal bool IsClosing(Exception error, CancellationToken cancellationToken)
        => Closed.IsCancellationRequested
        && !cancellationToken.IsCancellationRequested
        && (error is OperationCanceledException or ObjectDisposedException || RequestErrors.IsNetwork(error));

    private readonly record struct Attempt(HttpResponseMessage? Response, ComfyUIException? Error, TimeSpan? Wait);
}
