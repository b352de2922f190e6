using System;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
#if !NETSTANDARD2_0
using System.Net.Security;
#else
using System.Security.Authentication;
#endif

namespace ComfyUI.Client;

/// <summary>
/// The one place that knows how each platform is told about proxies, cookies, certificates and TLS; it serves HTTP and the WebSocket alike.
/// </summary>
internal sealed class MessageHandlers : IDisposable
{
    private readonly ComfyUIConnectionOptions _options;
    private readonly CookieContainer _cookies = new();
    private readonly HttpMessageInvoker _invoker;

    internal MessageHandlers(ComfyUIConnectionOptions options)
    {
        _options = options;
        Handler = CreateHandler();
        _invoker = new HttpMessageInvoker(Handler, disposeHandler: true);
    }

    /// <summary>Sends requests. Where the platform allows it, the WebSocket goes through the same one.</summary>
    internal HttpMessageHandler Handler { get; }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _invoker.Dispose();

#if NETSTANDARD2_0
    /// <summary>Why no WebSocket can be opened with these settings; null when one can.</summary>
    internal string? SocketObstacle(Uri socketUri)
        => _options.SkipCertificateCheck && socketUri.Scheme == "wss"
            ? "this platform cannot skip the certificate check for a WebSocket"
            : null;

    internal async Task<WebSocket> ConnectSocketAsync(Uri uri, Action<ClientWebSocketOptions> configure, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            configure(socket.Options);
            socket.Options.Cookies = _cookies;
            if (Proxy() is { } proxy)
            {
                socket.Options.Proxy = proxy;
            }
            else if (_options.NoProxy)
            {
                socket.Options.Proxy = null;
            }

            if (_options.ClientCertificate is { } certificate)
            {
                socket.Options.ClientCertificates.Add(certificate);
            }

            await socket.ConnectAsync(uri, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private HttpClientHandler CreateHandler()
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = true,
            CookieContainer = _cookies,
            UseProxy = !_options.NoProxy,
            MaxConnectionsPerServer = MaxConnections,
            // .NET Framework would else take what the process's ServicePointManager says, which on old systems is TLS 1.0.
            SslProtocols = SslProtocols.Tls12,
        };
        if (Proxy() is { } proxy)
        {
            handler.Proxy = proxy;
        }

        if (_options.ClientCertificate is { } certificate)
        {
            handler.ClientCertificateOptions = ClientCertificateOption.Manual;
            handler.ClientCertificates.Add(certificate);
        }

        if (_options.SkipCertificateCheck)
        {
            handler.ServerCertificateCustomValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }
#else
    /// <summary>Why no WebSocket can be opened with these settings; null when one can.</summary>
    internal string? SocketObstacle(Uri socketUri)
    {
        _ = socketUri;
        return null;
    }

    internal async Task<WebSocket> ConnectSocketAsync(Uri uri, Action<ClientWebSocketOptions> configure, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            configure(socket.Options);
            await socket.ConnectAsync(uri, _invoker, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SocketsHttpHandler CreateHandler()
    {
        var ssl = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = _options.SkipCertificateCheck ? static (_, _, _, _) => true : CertificateRejection.Check,
        };

        if (_options.ClientCertificate is { } certificate)
        {
            ssl.ClientCertificates = [certificate];
        }

        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = true,
            CookieContainer = _cookies,
            UseProxy = !_options.NoProxy,
            Proxy = Proxy(),
            MaxConnectionsPerServer = MaxConnections,
            // Shorter than the idle limits of common servers and proxies (aiohttp and nginx 75 s, some load balancers 60 s), so that a
            // request rarely meets a connection that is being closed; the longer limit lets DNS changes through.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(40),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            ConnectTimeout = _options.Timeout < _options.ConnectTimeout ? _options.Timeout : _options.ConnectTimeout,
            SslOptions = ssl,
            MaxResponseHeadersLength = 64,
        };
    }

#endif

    private const int MaxConnections = 64;

    private WebProxy? Proxy()
        => _options.Proxy is null || _options.NoProxy ? null : new WebProxy(_options.Proxy) { Credentials = _options.ProxyCredential };
}
