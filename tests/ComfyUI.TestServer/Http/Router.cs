using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>Answers one route; the values are the path's variable segments, unescaped once.</summary>
internal delegate Task RouteHandler(HttpContext context, string[] values);

/// <summary>
/// Routes by the path as it was sent: a variable is one segment, so <c>%2F</c> stays within it. Every route has a twin
/// under /api unless it says otherwise, and the web folder behind them answers what no route matches.
/// </summary>
internal sealed class Router
{
    private readonly List<Route> routes = [];

    public void Map(string method, string template, RouteHandler handler, bool hasApiTwin = true) =>
        routes.Add(new Route(method, template.Split('/')[1..], handler, hasApiTwin));

    /// <summary>Takes away the routes whose templates begin like one of these.</summary>
    public void Remove(IReadOnlyList<string> templates) =>
        routes.RemoveAll(route => templates.Any(template => ("/" + string.Join('/', route.Template)).StartsWith(template, StringComparison.Ordinal)));

    public async Task DispatchAsync(HttpContext context, string path)
    {
        var method = context.Request.Method;
        if (method == "OPTIONS")
        {
            await Reply.EmptyAsync(context);
            return;
        }

        var segments = path.Split('/')[1..];
        var underApi = segments.Length > 1 && segments[0] == "api";
        var wanted = method == "HEAD" ? "GET" : method;
        // What the web folder behind every path allows.
        var allowed = new SortedSet<string>(StringComparer.Ordinal) { "GET", "HEAD" };
        foreach (var route in routes)
        {
            if (route.Match(underApi && route.HasApiTwin ? segments[1..] : segments) is not { } values)
            {
                continue;
            }

            if (route.Method == wanted)
            {
                await route.Handler(context, values);
                return;
            }

            allowed.Add(route.Method);
        }

        if (method is "GET" or "HEAD")
        {
            await Reply.NotFoundAsync(context);
            return;
        }

        context.Response.Headers.Allow = string.Join(',', allowed);
        await Reply.TextAsync(context, 405, "405: Method Not Allowed");
    }

    private sealed record Route(string Method, string[] Template, RouteHandler Handler, bool HasApiTwin)
    {
        public string[]? Match(string[] segments)
        {
            if (segments.Length != Template.Length)
            {
                return null;
            }

            var values = new List<string>();
            for (var i = 0; i < segments.Length; i++)
            {
                var value = Uri.UnescapeDataString(segments[i]);
                if (Template[i] == "*")
                {
                    if (value.Length == 0)
                    {
                        return null;
                    }

                    values.Add(value);
                }
                else if (Template[i] != value)
                {
                    return null;
                }
            }

            return [.. values];
        }
    }
}
