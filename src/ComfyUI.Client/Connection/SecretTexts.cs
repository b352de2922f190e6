using System;
using System.Collections.Generic;
using System.Net;
using System.Text.Encodings.Web;

namespace ComfyUI.Client;

/// <summary>Secrets that were handed to the server, and texts without them.</summary>
internal sealed class SecretTexts
{
    // What is shorter would turn words of the message into stars, and is no secret worth the name.
    private const int ShortestSecret = 4;

    // Nobody has more keys than that; who runs workflows for many users has the last ones kept.
    private const int MostKept = 64;

    private readonly object _lock = new();
    private readonly List<string> _secrets = [];

    internal void Add(string secret)
    {
        lock (_lock)
        {
            _secrets.Remove(secret);
            _secrets.Add(secret);
            if (_secrets.Count > MostKept)
            {
                _secrets.RemoveAt(0);
            }
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _secrets.Clear();
        }
    }

    /// <summary>The text without the secrets that were added.</summary>
    internal string Mask(string text)
    {
        lock (_lock)
        {
            foreach (string secret in _secrets)
            {
                text = Without(text, secret);
            }
        }

        return text;
    }

    /// <summary>The text without one secret, however JSON, HTML or an address would write it.</summary>
    internal static string Without(string text, string? secret)
    {
        if (secret is null || secret.Length < ShortestSecret)
        {
            return text;
        }

        string relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        string strict = JavaScriptEncoder.Default.Encode(secret);
        foreach (string written in new[]
        {
            secret,
            relaxed,
            strict,

            // JSON that has the JSON of a request in it.
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(relaxed),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(strict),
            JavaScriptEncoder.Default.Encode(strict),
            Uri.EscapeDataString(secret),
            WebUtility.UrlEncode(secret),
            WebUtility.HtmlEncode(secret),

            // An address within an address: where a login page is to lead back to.
            Uri.EscapeDataString(Uri.EscapeDataString(secret)),
            WebUtility.UrlEncode(Uri.EscapeDataString(secret)),
            WebUtility.UrlEncode(WebUtility.UrlEncode(secret)),
        })
        {
            // \u00e4 and \u00E4, %c3 and %C3 are the same.
            text = Replace(text, written);
        }

        return text;
    }

    private static string Replace(string text, string secret)
#if NETSTANDARD2_0
    {
        int at;
        while ((at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            text = text.Substring(0, at) + "***" + text.Substring(at + secret.Length);
        }

        return text;
    }
#else
        => text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
#endif
}
