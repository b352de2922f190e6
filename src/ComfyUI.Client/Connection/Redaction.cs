using System;
using System.Collections.Generic;
using System.Text;

namespace ComfyUI.Client;

/// <summary>Makes addresses and the server's words safe to show: no credentials, no control characters, no endless text.</summary>
internal static class Redaction
{
    /// <summary>The longest text of a server that is repeated in an error.</summary>
    internal const int MaxServerText = 4000;

    private static readonly string[] SecretWords = ["token", "key", "secret", "password", "passwd", "auth", "sig", "credential", "session", "cookie"];

    /// <summary>Whether a header, query parameter or field of this name is likely to hold a secret.</summary>
    internal static bool IsSecretName(string name)
    {
        foreach (string word in SecretWords)
        {
            if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An address without user information, and with the values of secret query parameters masked.</summary>
    internal static string Address(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
        {
            return Query(uri.OriginalString);
        }

        if (uri.Host.Length == 0)
        {
            // Such as me:password@host, where the user's name reads as the scheme.
            return uri.Scheme + ":…";
        }

        return uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + Query(uri.Query);
    }

    /// <summary>The parameters of a query, each with its value as it is written; one without a value is left out.</summary>
    internal static IEnumerable<(string Name, string Value)> Parameters(string query)
    {
        foreach (string parameter in query.TrimStart('?').Split('&'))
        {
            int equals = parameter.IndexOf('=');
            if (equals > 0)
            {
                yield return (parameter.Substring(0, equals), parameter.Substring(equals + 1));
            }
        }
    }

    /// <summary>A path and query, or a query alone, with the values of secret parameters masked.</summary>
    internal static string Query(string pathAndQuery)
    {
        int question = pathAndQuery.IndexOf('?');
        if (question < 0)
        {
            return pathAndQuery;
        }

        string[] parameters = pathAndQuery.Substring(question + 1).Split('&');
        for (int i = 0; i < parameters.Length; i++)
        {
            int equals = parameters[i].IndexOf('=');
            string name = equals < 0 ? string.Empty : parameters[i].Substring(0, equals);
            if (IsSecretName(Uri.UnescapeDataString(name)))
            {
                parameters[i] = name + "=***";
            }
        }

        return pathAndQuery.Substring(0, question + 1) + string.Join("&", parameters);
    }

    /// <summary>Text with what could drive a terminal replaced by spaces: control characters except line ends and tabs, and what turns the direction of writing.</summary>
    internal static string Harmless(string text)
    {
        StringBuilder? changed = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isLineEnd = c == '\n' || (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n');
            if (!isLineEnd && IsHarmful(c))
            {
                changed ??= new StringBuilder(text);
                changed[i] = ' ';
            }
        }

        return changed?.ToString() ?? text;
    }

    /// <summary>
    /// Text of the server as it may be shown: shortened, and with control characters (which could drive a terminal) replaced by spaces,
    /// except line feed and tab.
    /// </summary>
    internal static string ServerText(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, MaxServerText) + 1);
        foreach (char c in text)
        {
            if (shown.Length >= MaxServerText)
            {
                shown.Append('…');
                break;
            }

            shown.Append(c != '\n' && IsHarmful(c) ? ' ' : c);
        }

        return shown.ToString().Trim();
    }

    /// <summary>Text of the server in one line of at most <paramref name="length"/> characters.</summary>
    internal static string ServerLine(string text, int length = 300)
    {
        string line = ServerText(text).Replace('\n', ' ').Replace('\t', ' ');
        return line.Length <= length ? line : line.Substring(0, length) + "…";
    }

    private static bool IsHarmful(char c)
        => (char.IsControl(c) && c != '\t') || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}
