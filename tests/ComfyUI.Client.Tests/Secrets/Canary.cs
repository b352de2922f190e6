using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>Known secrets in each form in which a user can hand them over, and the forms in which they could come to light again.</summary>
internal sealed class Canary
{
    // Each has characters that JSON, HTML, URLs and base64 write differently, around a core that none of them changes.
    private const string Password = "p\u00E4ss\"<c4naryPassword>&\\";
    private const string Token = "c4naryToken+/=";
    private const string Header = "c4naryHeader\"&+/";
    private const string Parameter = "c4naryParameter+/&=";

    private Canary(string name, Func<Uri, ConnectionSettings?> settings, Func<Uri, ComfyUIConnectionOptions> connect, params string[] secrets)
    {
        Name = name;
        Settings = settings;
        Connect = connect;
        Secrets = secrets;
    }

    internal static IReadOnlyList<Canary> All { get; } =
    [
        new("basic", None, uri => new() { BaseUri = uri, Credential = ComfyUICredential.Basic("ada", Password) }, Password, Encoded(Password)),
        new("bearer", None, uri => new() { BaseUri = uri, Credential = ComfyUICredential.Bearer(Token) }, Token),
        new("header", None, uri => new() { BaseUri = uri, Headers = new Dictionary<string, string> { ["X-Api-Key"] = Header } }, Header),
        new("address", None, uri => new() { BaseUri = WithUser(uri) }, Password, Encoded(Password)),
        new("query", None, uri => new() { BaseUri = WithQuery(uri) }, Parameter),
        new("environment", uri => Resolve(uri, ("COMFYUI_BASE_URL", uri.ToString()), ("COMFYUI_USERNAME", "ada"), ("COMFYUI_PASSWORD", Password)), _ => new(), Password, Encoded(Password)),
        new("environment's token", uri => Resolve(uri, ("COMFYUI_TOKEN", Token)), _ => new(), Token),
        new("environment's address", uri => Resolve(null, ("COMFYUI_BASE_URL", WithUser(WithQuery(uri)).AbsoluteUri)), _ => new(), Password, Encoded(Password), Parameter),
    ];

    internal string Name { get; }

    /// <summary>The secrets as they are sent.</summary>
    internal IReadOnlyList<string> Secrets { get; }

    private Func<Uri, ConnectionSettings?> Settings { get; }

    private Func<Uri, ComfyUIConnectionOptions> Connect { get; }

    /// <summary>What a server says that repeats what it was sent, in all ways in which it could write it.</summary>
    internal string Echo => string.Join(" ", Secrets.SelectMany(Written).Distinct());

    /// <summary>The same where only letters, digits and percent signs can stand.</summary>
    internal string EscapedEcho => string.Join("%20", Secrets.Select(Uri.EscapeDataString));

    internal ComfyUIConnectionOptions Options(Uri server, string log, TimeProvider clock)
    {
        ConnectionSettings? settings = Settings(server);
        ComfyUIConnectionOptions options = Connect(server);
        return new ComfyUIConnectionOptions
        {
            BaseUri = settings?.BaseUri ?? options.BaseUri,
            Credential = settings?.Credential ?? options.Credential,
            Headers = options.Headers,
            LogPath = log,
            Clock = clock,
            CachePath = string.Empty,
        };
    }

    /// <summary>What of the secrets can be read in a text; empty for nothing.</summary>
    internal static IReadOnlyList<string> FoundIn(string text) =>
    [
        .. new[] { "c4nary", Encoded(Password), Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)) }
            .Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase))
            .Select(secret => text.Substring(Math.Max(0, text.IndexOf(secret, StringComparison.OrdinalIgnoreCase) - 60))[..Math.Min(160, text.Length - Math.Max(0, text.IndexOf(secret, StringComparison.OrdinalIgnoreCase) - 60))]),
    ];

    private static IEnumerable<string> Written(string secret) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        WebUtility.UrlEncode(secret),
        WebUtility.HtmlEncode(secret),
        JsonEncodedText.Encode(secret).ToString(),
        JsonText.Write(System.Text.Json.Nodes.JsonValue.Create(secret)).Trim('"'),
    ];

    private static string Encoded(string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + password));

    private static ConnectionSettings? None(Uri server) => null;

    private static Uri WithUser(Uri uri) => new UriBuilder(uri) { UserName = "ada", Password = Uri.EscapeDataString(Password) }.Uri;

    private static Uri WithQuery(Uri uri) => new UriBuilder(uri) { Query = "token=" + Uri.EscapeDataString(Parameter) }.Uri;

    private static ConnectionSettings Resolve(Uri? given, params (string Name, string Value)[] environment)
        => ConnectionSettings.Resolve(given, false, null, name => environment.FirstOrDefault(entry => entry.Name == name).Value);
}
