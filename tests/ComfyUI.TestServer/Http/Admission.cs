using System;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>Who may come in: credentials, the session cookie, and the origin check of the real server.</summary>
internal static class Admission
{
    public static bool IsAllowed(HttpContext context, TestServerOptions options, out int status)
    {
        status = 0;
        if (!HasCredentials(context, options))
        {
            context.Response.Headers.WWWAuthenticate = options.UserName is null ? "Bearer" : "Basic realm=\"ComfyUI\"";
            status = 401;
        }
        else if (!HasCookie(context, options) || !(options.AllowAnyOrigin || HasOwnOrigin(context)))
        {
            status = 403;
        }

        return status == 0;
    }

    private static bool HasCredentials(HttpContext context, TestServerOptions options)
    {
        if (options.UserName is null && options.BearerToken is null)
        {
            return true;
        }

        var given = context.Request.Headers.Authorization.ToString();
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}"));
        return (options.UserName is not null && given == basic)
            || (options.BearerToken is not null && given == "Bearer " + options.BearerToken);
    }

    // The first request has no cookie and gets one; from then on it must come back. A wrong value is always refused.
    private static bool HasCookie(HttpContext context, TestServerOptions options)
    {
        if (options.SessionCookie is not { } name)
        {
            return true;
        }

        if (context.Request.Cookies.TryGetValue(name, out var value))
        {
            return value == "granted";
        }

        var isFirst = context.Request.Method == "GET" && !context.WebSockets.IsWebSocketRequest;
        if (isFirst)
        {
            context.Response.Headers.SetCookie = $"{name}=granted; Path=/; HttpOnly";
        }

        return isFirst;
    }

    // Only a browser sends Origin; on a loopback Host it must be the same host and port.
    private static bool HasOwnOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !Uri.TryCreate(origin, UriKind.Absolute, out var from))
        {
            return true;
        }

        var host = context.Request.Host;
        var isLoopback = host.Host is "localhost" || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return !isLoopback || from.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
