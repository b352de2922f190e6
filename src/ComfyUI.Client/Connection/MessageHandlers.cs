using System;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
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
    // Of the options only what is needed: their secrets are to be forgotten when the session is closed.
    private readonly bool _usesProxy;
    private readonly WebProxy? _proxy;
    private readonly X509Certificate2? _certificate;
    private readonly bool _skipsCheck;
    private readonly CookieContainer _cookies = new();
    private readonly HttpMessageInvoker _invoker;

    internal MessageHandlers(ComfyUIConnectionOptions options)
    {
        // The system's proxy is for other machines: asked for this one, it would be shown in clear what is said to have stayed here.
        _usesProxy = !options.NoProxy && (options.Proxy is not null || !options.BaseUri.IsLoopback);
        _proxy = _usesProxy ? Proxy(options) : null;
        _certificate = options.ClientCertificate;
        _skipsCheck = options.SkipCertificateCheck;
        Handler = CreateHandler(options);
        _invoker = new HttpMessageInvoker(Handler, disposeHandler: true);
    }

    /// <summary>Sends requests. Where the platform allows it, the WebSocket goes through the same one.</summary>
    internal HttpMessageHandler Handler { get; }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _invoker.Dispose();

#if NETSTANDARD2_0
    /// <summary>Why no WebSocket can be opened with these settings; null when one can.</summary>
    internal string? SocketObstacle(Uri socketUri)
        => _skipsCheck && socketUri.Scheme == "wss"
            ? "this platform cannot skip the certificate check for a WebSocket"
            : null;

    internal async Task<WebSocket> ConnectSocketAsync(Uri uri, Action<ClientWebSocketOptions> configure, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            configure(socket.Options);
            socket.Options.Cookies = _cookies;
            if (_proxy is not null)
            {
                socket.Options.Proxy = _proxy;
            }
            else if (!_usesProxy)
            {
                socket.Options.Proxy = null;
            }

            if (_certificate is not null)
            {
                socket.Options.ClientCertificates.Add(_certificate);
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

    private HttpClientHandler CreateHandler(ComfyUIConnectionOptions options)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = true,
            CookieContainer = _cookies,
            UseProxy = _usesProxy,
            MaxConnectionsPerServer = MaxConnections,
            // .NET Framework would else take what the process's ServicePointManager says, which on old systems is TLS 1.0.
            SslProtocols = SslProtocols.Tls12,
        };
        if (_proxy is not null)
        {
            handler.Proxy = _proxy;
        }

        if (options.ClientCertificate is { } certificate)
        {
            handler.ClientCertificateOptions = ClientCertificateOption.Manual;
            handler.ClientCertificates.Add(certificate);
        }

        if (options.SkipCertificateCheck)
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

    private SocketsHttpHandler CreateHandler(ComfyUIConnectionOptions options)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = options.SkipCertificateCheck ? static (_, _, _, _) => true : CertificateRejection.Check,
        };

        if (options.ClientCertificate is { } certificate)
        {
            ssl.ClientCertificates = [certificate];
        }

        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = true,
            CookieContainer = _cookies,
            UseProxy = _usesProxy,
            Proxy = _proxy,
            MaxConnectionsPerServer = MaxConnections,
            // Shorter than the idle limits of common servers and proxies (aiohttp and nginx 75 s, some load balancers 60 s), so that a
            // request rarely meets a connection that is being closed; the longer limit lets DNS changes through.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(40),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            ConnectTimeout = options.Timeout < options.ConnectTimeout ? options.Timeout : options.ConnectTimeout,
            SslOptions = ssl,
            MaxResponseHeadersLength = 64,
        };
    }

#endif

    private const int MaxConnections = 64;

    // The platform repeats the address in its errors.
    private static WebProxy? Proxy(ComfyUIConnectionOptions options) => options.Proxy is not { } address ? null : new WebProxy(ConnectionSettings.WithoutUser(address))
    {
        Credentials = options.ProxyCredential ?? ComfyUICredential.InAddress(address)?.ToNetworkCredential(),
    };
}
