using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Turns an answer that is no success into this library's errors.</summary>
internal static class ResponseErrors
{
    /// <summary>The error for an answer with this status and body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">The start of its body, as text.</param>
    /// <param name="request">The request, as method and address without credentials.</param>
    /// <param name="mask">Takes the session's secrets out of a text: some proxies repeat the request in their error pages.</param>
    internal static ComfyUIException From(HttpResponseMessage response, string body, string request, Func<string, string> mask)
    {
        int status = (int)response.StatusCode;

        // Before and after it is read as JSON or HTML: each has its own way of writing what a secret may have in it.
        string words = mask(ServerWords(mask(body), out JsonObject? json));
        string? said = words.Length == 0 ? null : words;
        string suffix = said is null ? string.Empty : $": {Redaction.ServerLine(said)}";
        ComfyUIException error = status switch
        {
            401 => new ComfyUIAuthenticationException(ComfyUIErrorId.AuthenticationFailed, $"The server wants other credentials (HTTP 401) for {request}.")
            {
                RecommendedAction = "Connect with -Credential (user name and password) or -Token, or set COMFYUI_USERNAME and COMFYUI_PASSWORD."
                    + Challenge(response, mask),
            },
            407 => new ComfyUIAuthenticationException(ComfyUIErrorId.ProxyAuthenticationRequired, $"The proxy wants credentials (HTTP 407) for {request}.")
            {
                RecommendedAction = "Connect with -Proxy and -ProxyCredential.",
            },
            403 => new ComfyUIForbiddenException(ComfyUIErrorId.Forbidden, $"The server does not allow {request} (HTTP 403){suffix}")
            {
                RecommendedAction = "Ask who runs the server whether this account may use this route.",
            },
            404 => new ComfyUINotFoundException(ComfyUIErrorId.NotFound, $"The server has nothing at {request} (HTTP 404){suffix}")
            {
                RecommendedAction = "Check the address, with the path prefix of a reverse proxy; an old server may lack this route.",
            },
            400 when json is not null && (json.ContainsKey("node_errors") || json["error"] is JsonObject)
                => PromptErrors.Rejected(json, said, mask),
            413 => new ComfyUIException(ComfyUIErrorId.RequestTooLarge, $"The server does not take so large a body (HTTP 413) for {request}{suffix}")
            {
                RecommendedAction = LargerBodies(response),
            },
            429 => new ComfyUIServerException(ComfyUIErrorId.TooManyRequests, $"The server is asked too much (HTTP 429) for {request}{suffix}")
            {
                RecommendedAction = "Wait, then try again with fewer runs at once (-ThrottleLimit).",
            },
            408 => new ComfyUITimeoutException(ComfyUIErrorId.RequestTimeout, $"The server gave up waiting (HTTP 408) for {request}.")
            {
                RecommendedAction = "Try again; if it stays, look at the network and at proxies between.",
            },
            >= 500 => new ComfyUIServerException(
                ComfyUIErrorId.ServerError,
                string.Format(CultureInfo.InvariantCulture, "The server failed (HTTP {0}) at {1}{2}", status, request, suffix))
            {
                RecommendedAction = status is 502 or 503 or 504
                    ? "A proxy cannot reach ComfyUI, or it is starting: check that it runs, then try again."
                    : "Look at the server's log for the reason.",
            },
            _ => new ComfyUIException(
                ComfyUIErrorId.RequestRejected,
                string.Format(CultureInfo.InvariantCulture, "The server refused {0} (HTTP {1}){2}", request, status, suffix))
            {
                RecommendedAction = said?.IndexOf("SSL certificate", System.StringComparison.OrdinalIgnoreCase) >= 0
                    ? "The proxy asks for a client certificate: give Connect-ComfyUI one that it accepts, with -Certificate."
                    : "Check what was sent against what this route of this server version takes.",
            },
        };
        (error.StatusCode, error.Request, error.ServerMessage) = (status, request, said);
        return error;
    }

    /// <summary>The error for an answer that is no JSON, or not the JSON its route promises.</summary>
    internal static ComfyUIProtocolException Unexpected(string request, string what, string? body, string? contentType, Exception? cause = null) => new(
        ComfyUIErrorId.InvalidResponse,
        $"The answer to {request} {what}" + (contentType is null ? "." : $" (content type {Redaction.ServerLine(contentType, 80)})."),
        cause)
    {
        Request = request,
        ServerMessage = body is null ? null : Redaction.ServerText(body),
        RecommendedAction = "Check that the address is that of ComfyUI itself, not of a login page, a proxy or another program.",
    };

    // Bodies are not uniform: {"error": {...}}, {"error": "text"}, plain text, HTML of a proxy, nothing.
    private static string ServerWords(string body, out JsonObject? json)
    {
        json = null;
        string text = body.Trim();
        if (text.StartsWith("{", StringComparison.Ordinal))
        {
            try
            {
                json = JsonText.Parse(text) as JsonObject;
            }
            catch (JsonException)
            {
                return Redaction.ServerText(text);
            }

            switch (json?["error"])
            {
                case JsonObject error:
                    return Redaction.ServerText(JoinWords(error.Text("message"), error.Text("details")));
                case JsonValue error when error.TryGetValue(out string? message):
                    return Redaction.ServerText(message);
            }
        }

        return text.StartsWith("<", StringComparison.Ordinal) ? Redaction.ServerText(HtmlTitle(text)) : Redaction.ServerText(text);
    }

    private static string JoinWords(string? message, string? details)
    {
        var parts = new List<string>(2);
        foreach (string? part in new[] { message, details })
        {
            if (!string.IsNullOrWhiteSpace(part))
            {
                parts.Add(part!.Trim());
            }
        }

        return string.Join(": ", parts);
    }

    // The page of a proxy is noise but for its title.
    private static string HtmlTitle(string html)
    {
        int start = html.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        int end = start < 0 ? -1 : html.IndexOf("</title>", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? "an HTML page" : html.Substring(start + 7, end - start - 7).Trim();
    }

    // ComfyUI says who it is; whoever else answers stands before it.
    private static string LargerBodies(HttpResponseMessage response)
    {
        string server = response.Headers.Server.ToString();
        const string OfComfyUI = "--max-upload-size of ComfyUI (in MB, 100 unless it is set)";
        return server.IndexOf("aiohttp", System.StringComparison.OrdinalIgnoreCase) >= 0
            ? $"Send a smaller file, or raise {OfComfyUI}."
            : $"Send a smaller file, or raise the limit of the proxy that answered ({(server.Length == 0 ? "it does not tell its name" : Redaction.ServerLine(server, 60))}; "
                + $"in nginx client_max_body_size, 1 MB unless it is set), and then {OfComfyUI}.";
    }

    private static string Challenge(HttpResponseMessage response, Func<string, string> mask)
    {
        foreach (System.Net.Http.Headers.AuthenticationHeaderValue challenge in response.Headers.WwwAuthenticate)
        {
            return $" The server asks for: {Redaction.ServerLine(mask(challenge.Scheme), 40)}.";
        }

        return string.Empty;
    }
}
