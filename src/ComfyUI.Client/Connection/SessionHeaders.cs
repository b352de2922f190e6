using System;
using System.Collections.Generic;
using System.Net.Http;

namespace ComfyUI.Client;

/// <summary>
/// What every request of a session carries to say who we are: the credentials, the headers the user gave, and parameters of the address
/// that hold a secret by their name. All of it is forgotten when the session is closed.
/// </summary>
internal sealed class SessionHeaders : IDisposable
{
    // A token without the Bearer before it, or a cookie without its name, is as good as the whole header; Bearer itself is no secret.
    private const int ShortestPart = 8;
    private static readonly char[] PartSeparators = [' ', ';', ',', '='];

    private readonly SecretTexts _concealed = new();
    private IReadOnlyDictionary<string, string> _headers;
    private IReadOnlyList<(string Name, string Value)> _parameters;

    /// <param name="credential">The credentials; null for none. They are copied.</param>
    /// <param name="headers">The user's headers.</param>
    /// <param name="address">The address as it was given.</param>
    /// <exception cref="ComfyUIException">A token or header cannot be sent.</exception>
    internal SessionHeaders(ComfyUICredential? credential, IReadOnlyDictionary<string, string> headers, Uri address)
    {
        Credential = credential?.Copy();
        var parameters = new List<(string Name, string Value)>();
        foreach ((string name, string value) in Redaction.Parameters(address.Query))
        {
            if (Redaction.IsSecretName(Uri.UnescapeDataString(name)))
            {
                parameters.Add((name, value));
            }
        }

        _parameters = parameters;
        _headers = headers;

        foreach (KeyValuePair<string, string> header in headers)
        {
            using var probe = new HttpRequestMessage();
            if (!IsSendable(header.Value) || !IsName(header.Key) || !probe.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                throw Invalid($"The header '{Redaction.ServerLine(header.Key, 60)}' cannot be sent with every request: its name or its value is not one of a request header.");
            }
        }

        // Without this the platform would find out in the middle of each request, as different errors on each.
        if (credential is { UserName: null } && !IsToken(credential.Reveal()))
        {
            throw Invalid("The token cannot be sent: it is empty, or holds white space or characters that are not ASCII.");
        }
    }

    /// <summary>Whether there is anything that must not be read on the way.</summary>
    internal bool HasSecret => Kind is not null;

    /// <summary>How we say who we are, without the secret; null when we do not.</summary>
    internal string? Kind
    {
        get
        {
            if (Credential is not null)
            {
                return Credential.ToString();
            }

            foreach (string name in _headers.Keys)
            {
                if (Redaction.IsSecretName(name))
                {
                    return "Header";
                }
            }

            return _parameters.Count > 0 ? "Query" : null;
        }
    }

    private ComfyUICredential? Credential { get; }

    public void Dispose()
    {
        // Requests that are being made still go through the old ones.
        Credential?.Dispose();
        _headers = new Dictionary<string, string>();
        _parameters = [];
        _concealed.Clear();
    }

    /// <summary>An address of the session's server with the parameters that say who we are, as far as it has none of that name.</summary>
    internal Uri AddTo(Uri uri)
    {
        string query = uri.Query;
        foreach ((string name, string value) in _parameters)
        {
            if (!query.Contains("?" + name + "=") && !query.Contains("&" + name + "="))
            {
                query += (query.Length > 1 ? "&" : "?") + name + "=" + value;
            }
        }

        return query == uri.Query ? uri : new UriBuilder(uri) { Query = query.Substring(1) }.Uri;
    }

    /// <summary>Has <see cref="Mask"/> keep one more secret.</summary>
    internal void Conceal(string secret) => _concealed.Add(secret);

    internal void AddTo(HttpRequestMessage message, Action<HttpRequestMessage>? configure)
    {
        if (Credential is not null)
        {
            message.Headers.Authorization = Credential.CreateHeader();
        }

        configure?.Invoke(message);
        foreach (KeyValuePair<string, string> header in _headers)
        {
            // What the user gave wins over ours.
            message.Headers.Remove(header.Key);
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    internal void AddTo(System.Net.WebSockets.ClientWebSocketOptions socket)
    {
        if (Credential is not null)
        {
            socket.SetRequestHeader("Authorization", Credential.CreateHeader().ToString());
        }

        foreach (KeyValuePair<string, string> header in _headers)
        {
            socket.SetRequestHeader(header.Key, header.Value);
        }
    }

    /// <summary>Text of the server without what we sent it in confidence: some proxies repeat the request in their error pages.</summary>
    internal string Mask(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        try
        {
            text = SecretTexts.Without(text, Credential?.CreateHeader().Parameter);
            text = SecretTexts.Without(text, Credential?.Reveal());
        }
        catch (ObjectDisposedException)
        {
            // The session is closed: what comes now is no answer to a request.
        }

        foreach (KeyValuePair<string, string> header in _headers)
        {
            text = SecretTexts.Without(text, header.Value);
            foreach (string part in Redaction.IsSecretName(header.Key) ? header.Value.Split(PartSeparators) : [])
            {
                text = part.Length < ShortestPart ? text : SecretTexts.Without(text, part);
            }
        }

        foreach ((_, string value) in _parameters)
        {
            text = SecretTexts.Without(text, Uri.UnescapeDataString(value));
        }

        return _concealed.Mask(text);
    }

    private static bool IsName(string name)
    {
        foreach (char c in name)
        {
            if (c is <= ' ' or >= '\u007F' || "()<>@,;:\\\"/[]?={}".IndexOf(c) >= 0)
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    /// <summary>Whether this can be the value of a header.</summary>
    internal static bool IsSendable(string value)
    {
        foreach (char c in value)
        {
            if (c is (< ' ' and not '\t') or >= '\u007F')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsToken(string value) => value.Length > 0 && IsSendable(value) && value.IndexOfAny([' ', '\t']) < 0;

    private static ComfyUIException Invalid(string message) => new(ComfyUIErrorId.InvalidConfiguration, message)
    {
        RecommendedAction = "Correct it in the call to Connect-ComfyUI, in COMFYUI_TOKEN or in the .env file.",
    };
}
