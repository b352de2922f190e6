using System;
using System.Net;
using System.Net.Http.Headers;
using System.Security;
using System.Text;

namespace ComfyUI.Client;

/// <summary>Who we are towards the server: a user name with a password (HTTP Basic) or a token (Bearer).</summary>
/// <remarks>
/// The secret stays in a <see cref="SecureString"/>; it is turned into text only while a request's header is written. A session has a copy
/// of its own, and wipes it when it is closed.
/// </remarks>
public sealed class ComfyUICredential : IDisposable
{
    private readonly SecureString _secret;

    private ComfyUICredential(string scheme, string? userName, SecureString secret)
    {
        Scheme = scheme;
        UserName = userName;
        _secret = secret.Copy();
        _secret.MakeReadOnly();
    }

    /// <summary><c>Basic</c> or <c>Bearer</c>.</summary>
    public string Scheme { get; }

    /// <summary>The user name; null for a token.</summary>
    public string? UserName { get; }

    /// <summary>HTTP Basic authentication.</summary>
    /// <exception cref="ArgumentException"><paramref name="userName"/> holds a colon, which Basic cannot carry.</exception>
    public static ComfyUICredential Basic(string userName, SecureString password)
    {
        if (userName.IndexOf(':') >= 0)
        {
            throw new ArgumentException("A user name for Basic authentication cannot hold a colon.", nameof(userName));
        }

        return new ComfyUICredential("Basic", userName, password);
    }

    /// <summary>HTTP Basic authentication.</summary>
    /// <inheritdoc cref="Basic(string, SecureString)" path="/exception"/>
    public static ComfyUICredential Basic(string userName, string password) => Basic(userName, ToSecureString(password));

    /// <summary>A token in an <c>Authorization: Bearer</c> header.</summary>
    public static ComfyUICredential Bearer(SecureString token) => new("Bearer", null, token);

    /// <summary>A token in an <c>Authorization: Bearer</c> header.</summary>
    public static ComfyUICredential Bearer(string token) => Bearer(ToSecureString(token));

    /// <summary>The credentials in an address, as in <c>https://user:password@host</c>; null for none.</summary>
    /// <exception cref="ComfyUIException">The user name holds a colon.</exception>
    internal static ComfyUICredential? InAddress(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length == 0)
        {
            return null;
        }

        int colon = uri.UserInfo.IndexOf(':');
        string user = colon < 0 ? uri.UserInfo : uri.UserInfo.Substring(0, colon);
        string password = colon < 0 ? string.Empty : uri.UserInfo.Substring(colon + 1);
        return Configured(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
    }

    /// <summary>HTTP Basic authentication from settings, where a wrong one is the user's to mend.</summary>
    /// <exception cref="ComfyUIException">The user name holds a colon.</exception>
    internal static ComfyUICredential Configured(string userName, string password)
    {
        try
        {
            return Basic(userName, password);
        }
        catch (ArgumentException e)
        {
            throw new ComfyUIException(ComfyUIErrorId.InvalidConfiguration, "A user name for Basic authentication cannot hold a colon.", e)
            {
                RecommendedAction = "Correct the user name in COMFYUI_USERNAME or in the address.",
            };
        }
    }

    /// <summary>Wipes the secret.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>The scheme and the user name, never the secret.</summary>
    public override string ToString() => UserName is null ? Scheme : $"{Scheme} ({UserName})";

    internal ComfyUICredential Copy() => new(Scheme, UserName, _secret);

    internal AuthenticationHeaderValue CreateHeader()
    {
        string secret = Reveal();
        return UserName is null
            ? new AuthenticationHeaderValue(Scheme, secret)
            : new AuthenticationHeaderValue(Scheme, Convert.ToBase64String(Encoding.UTF8.GetBytes(UserName + ":" + secret)));
    }

    internal string Reveal() => new NetworkCredential(string.Empty, _secret).Password;

    internal NetworkCredential ToNetworkCredential() => new(UserName, _secret.Copy());

    private static SecureString ToSecureString(string text)
    {
        var secret = new SecureString();
        foreach (char c in text)
        {
            secret.AppendChar(c);
        }

        return secret;
    }
}
