using System;
using System.Collections.Generic;
using System.Net.Http;

namespace ComfyUI.Client;

/// <summary>What every request of a session carries to say who we are: the credentials and the headers the user gave.</summary>
internal sealed class SessionHeaders
{
    private const int ShortestSecret = 4;

    private readonly IReadOnlyDictionary<string, string> _headers;

    /// <exception cref="ComfyUIException">A token or header cannot be sent.</exception>
    internal SessionHeaders(ComfyUICredential? credential, IReadOnlyDictionary<string, string> headers)
    {
        Credential = credential;
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

    internal ComfyUICredential? Credential { get; }

    /// <summary>Whether there is anything that must not be read on the way.</summary>
    internal bool HasSecret
    {
        get
        {
            bool found = Credential is not null;
            foreach (string name in _headers.Keys)
            {
                found |= Redaction.IsSecretName(name);
            }

            return found;
        }
    }

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

        if (Credential is not null)
        {
            text = Without(text, Credential.CreateHeader().Parameter);
            text = Without(text, Credential.Reveal());
        }

        foreach (KeyValuePair<string, string> header in _headers)
        {
            text = Without(text, header.Value);
        }

        return text;
    }

    // What is shorter would turn words of the message into stars, and is no secret worth the name.
    private static string Without(string text, string? secret)
        => secret is null || secret.Length < ShortestSecret ? text : text.Replace(secret, "***");

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
