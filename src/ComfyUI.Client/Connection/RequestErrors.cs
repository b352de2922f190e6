using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ComfyUI.Client;

/// <summary>Turns what goes wrong on the way to the server into this library's errors.</summary>
internal static class RequestErrors
{
    private const string GeneralTlsAdvice = "If the server uses a self-signed certificate, trust it on this machine, or use -SkipCertificateCheck "
        + "when you know the network. Check the host name and the certificate's dates, and that the server speaks https at this port at all.";

    /// <summary>Whether a failed request cannot have reached the server, so that even a POST may be made again.</summary>
    internal static bool NeverArrived(Exception error)
    {
#if !NETSTANDARD2_0
        if (error is HttpRequestException request && request.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return true;
        }
#endif
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case IOException:
                    // Reading or writing failed: the connection stood, and a part of the request may have gone over it.
                    return false;
                case SocketException socket when socket.SocketErrorCode
                    is SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable
                        or SocketError.NoData or SocketError.TryAgain:
                    return true;
                case WebException web when web.Status
                    is WebExceptionStatus.ConnectFailure or WebExceptionStatus.NameResolutionFailure or WebExceptionStatus.ProxyNameResolutionFailure
                        or WebExceptionStatus.TrustFailure or WebExceptionStatus.SecureChannelFailure:
                    return true;
                case AuthenticationException:
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether trying again can help: not when TLS says no, nor when the answer is beyond a limit of ours.</summary>
    internal static bool IsTransient(Exception error) => !IsTls(error) && !IsBeyondLimit(error);

    /// <summary>Whether the machine answered that nothing listens there.</summary>
    internal static bool IsRefused(Exception error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The error for a request that got no answer.</summary>
    internal static ComfyUIException FromFailure(Exception error, Uri uri, string request)
    {
        string server = Redaction.Address(new Uri(uri, "/"));
        string reason = Reason(error);
        if (IsBeyondLimit(error))
        {
            return new ComfyUIProtocolException(ComfyUIErrorId.InvalidResponse, $"The answer of {server} is not taken: {reason}", error)
            {
                Request = request,
                RecommendedAction = "Check that the address is that of ComfyUI itself, not of a proxy or another program.",
            };
        }

        if (IsTls(error))
        {
            return new ComfyUIConnectionException(
                ComfyUIErrorId.CertificateRejected,
                $"No secure connection to {server}: {reason}",
                error)
            {
                Request = request,
                RecommendedAction = CertificateRejection.Find(error)?.Advice ?? GeneralTlsAdvice,
            };
        }

        if (NeverArrived(error))
        {
            return new ComfyUIConnectionException(
                ComfyUIErrorId.ConnectionFailed,
                $"ComfyUI could not be reached at {server}: {reason}",
                error)
            {
                Request = request,
                RecommendedAction = "Check that ComfyUI runs, that address and port are right, and that no firewall or proxy is in the way.",
            };
        }

        return new ComfyUIConnectionException(
            ComfyUIErrorId.ConnectionLost,
            $"The connection to {server} broke before the answer was complete: {reason}",
            error)
        {
            Request = request,
            RecommendedAction = "Try again; if it happens often, look at the server's log and at proxies between.",
        };
    }

    /// <summary>The error for a machine that does not answer the attempt to connect at all, as behind a firewall that drops packets.</summary>
    internal static ComfyUIConnectionException FromConnectTimeout(Exception error, Uri uri, string request) => new(
        ComfyUIErrorId.ConnectionFailed,
        $"ComfyUI could not be reached at {Redaction.Address(new Uri(uri, "/"))}: nothing answered the attempt to connect.",
        error)
    {
        Request = request,
        RecommendedAction = "Check that the address is right and the machine is up, and that no firewall, proxy or VPN is in the way.",
    };

    /// <summary>The error for a request that took too long.</summary>
    internal static ComfyUITimeoutException FromTimeout(Uri uri, string request, TimeSpan limit) => new(
        ComfyUIErrorId.RequestTimeout,
        string.Format(CultureInfo.InvariantCulture, "{0} did not answer within {1:0.###} s.", Redaction.Address(new Uri(uri, "/")), limit.TotalSeconds))
    {
        Request = request,
        RecommendedAction = "Give Connect-ComfyUI a longer -TimeoutSec, or see what keeps the server busy.",
    };

    /// <summary>The error for an answer that began and did not come to its end.</summary>
    internal static ComfyUITimeoutException FromSlowness(Uri uri, string request) => new(
        ComfyUIErrorId.RequestTimeout,
        $"The answer of {Redaction.Address(new Uri(uri, "/"))} began, and came too slowly or stopped before its end.")
    {
        Request = request,
        RecommendedAction = "Try again; look at the connection and at proxies between. Connect-ComfyUI takes a longer -TimeoutSec for slow lines.",
    };

    /// <summary>The error for what is asked of a session that is closed, or was closed meanwhile.</summary>
    internal static ComfyUIConnectionException SessionClosed(Exception? cause) => new(ComfyUIErrorId.SessionClosed, "The session is closed.", cause)
    {
        RecommendedAction = "Connect again with Connect-ComfyUI.",
    };

    /// <summary>The innermost reason, which is the one that tells something.</summary>
    internal static string Reason(Exception error)
    {
        Exception inner = error;
        while (inner.InnerException is not null)
        {
            inner = inner.InnerException;
        }

        return Redaction.ServerLine(inner.Message);
    }

    // Headers without end, for one.
    private static bool IsBeyondLimit(Exception error)
#if NETSTANDARD2_0
        => error.InnerException is WebException { Status: WebExceptionStatus.MessageLengthLimitExceeded };
#else
        => error is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
#endif

    private static bool IsTls(Exception error)
    {
#if !NETSTANDARD2_0
        if (error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
        {
            return true;
        }
#endif
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException
                or WebException { Status: WebExceptionStatus.TrustFailure or WebExceptionStatus.SecureChannelFailure })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an exception is one that reading or sending over the network throws.</summary>
    internal static bool IsNetwork(Exception error)
        // A body that was cut on purpose says that it is disposed.
        => error is HttpRequestException or IOException or SocketException or WebException or InvalidDataException or ObjectDisposedException;
}
