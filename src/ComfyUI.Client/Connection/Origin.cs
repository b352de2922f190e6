using System;

namespace ComfyUI.Client;

/// <summary>Which addresses are the same server, and which need no encryption.</summary>
internal static class Origin
{
    /// <summary>Whether two addresses have scheme, host and port in common: only then may credentials go to both.</summary>
    internal static bool Same(Uri a, Uri b)
        => string.Equals(a.Scheme, b.Scheme, StringComparison.OrdinalIgnoreCase)
        && HostOf(a) is { } host
        && string.Equals(host, HostOf(b), StringComparison.OrdinalIgnoreCase)
        && a.Port == b.Port;

    /// <summary>Whether what is sent there can be read on the way: plain http to another machine.</summary>
    internal static bool IsExposed(Uri uri)
        => string.Equals(uri.Scheme, Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase) && !uri.IsLoopback;

    /// <summary>The address as the base for routes: no user, query or fragment, and a path that ends in a slash.</summary>
    /// <exception cref="ComfyUIConnectionException">It is no absolute http or https address.</exception>
    internal static Uri Normalize(Uri uri)
    {
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || HostOf(uri) is not { } host)
        {
            throw new ComfyUIConnectionException(
                ComfyUIErrorId.InvalidConfiguration,
                // Not repeated: what reads as a scheme or host may be a user name and a password.
                "The address is not that of a ComfyUI server.")
            {
                RecommendedAction = "Give an http or https address, such as http://127.0.0.1:8188 or https://gpu.example/comfy.",
            };
        }

        string path = uri.AbsolutePath.EndsWith("/", StringComparison.Ordinal) ? uri.AbsolutePath : uri.AbsolutePath + "/";
        return new UriBuilder(uri.Scheme, host, uri.Port, path).Uri;
    }

    /// <summary>The host as it is asked for, where a name that looks like another one does not look like it; null when it is none.</summary>
    internal static string? HostOf(Uri uri)
    {
        try
        {
            string host = uri.HostNameType == UriHostNameType.Dns ? uri.IdnHost : uri.Host;
            return host.Length == 0 ? null : host;
        }
        catch (UriFormatException)
        {
            // Characters that no name may have are found only here.
            return null;
        }
    }
}
