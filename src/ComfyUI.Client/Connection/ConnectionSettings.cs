using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>
/// Where the server is and who we are, from what the caller gave, else the environment, else a <c>.env</c> file:
/// <c>COMFYUI_BASE_URL</c>, <c>COMFYUI_USERNAME</c> with <c>COMFYUI_PASSWORD</c>, <c>COMFYUI_TOKEN</c>.
/// </summary>
public sealed class ConnectionSettings
{
    /// <summary>The variable that holds the server's address.</summary>
    public const string BaseUrlVariable = "COMFYUI_BASE_URL";

    /// <summary>The variable that holds the user name for Basic authentication.</summary>
    public const string UserNameVariable = "COMFYUI_USERNAME";

    /// <summary>The variable that holds the password for Basic authentication.</summary>
    public const string PasswordVariable = "COMFYUI_PASSWORD";

    /// <summary>The variable that holds a token for Bearer authentication.</summary>
    public const string TokenVariable = "COMFYUI_TOKEN";

    private ConnectionSettings(Uri baseUri, ComfyUICredential? credential, IReadOnlyList<string> warnings)
    {
        BaseUri = baseUri;
        Credential = credential;
        Warnings = warnings;
    }

    /// <summary>The server's address, without user information.</summary>
    public Uri BaseUri { get; }

    /// <summary>The credentials to use; null for none.</summary>
    public ComfyUICredential? Credential { get; }

    /// <summary>What the user should know, such as a user name that came without a password.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Puts the settings together. Explicit beats environment beats file.</summary>
    /// <param name="explicitUri">The address the caller gave; null for none.</param>
    /// <param name="hasExplicitCredential">True when the caller gave credentials: then none are looked for.</param>
    /// <param name="envFile">The path of a <c>.env</c> file; null for none.</param>
    /// <param name="environment">Reads a variable of the environment; null for the process's own.</param>
    /// <exception cref="ComfyUIException">The file cannot be read, or the address is none.</exception>
    public static ConnectionSettings Resolve(
        Uri? explicitUri,
        bool hasExplicitCredential,
        string? envFile,
        Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        IReadOnlyDictionary<string, string>? file = envFile is null ? null : DotEnvFile.Read(envFile);
        Func<string, string?>[] sources = file is null
            ? [environment]
            : [environment, name => file.TryGetValue(name, out string? value) ? value : null];

        Uri chosen = explicitUri ?? (FirstAddress(sources) is { } configured ? ParseUri(configured) : ComfyUIConnectionOptions.DefaultBaseUri);
        var warnings = new List<string>();
        ComfyUICredential? credential = hasExplicitCredential ? null
            : explicitUri is not null && ComfyUICredential.InAddress(explicitUri) is { } inAddress ? inAddress
            : FindCredential(sources, chosen, isExplicit: explicitUri is not null, warnings);
        return new ConnectionSettings(WithoutUser(chosen), credential, warnings);
    }

    private static ComfyUICredential? FindCredential(Func<string, string?>[] sources, Uri chosen, bool isExplicit, List<string> warnings)
    {
        foreach (Func<string, string?> source in sources)
        {
            // Credentials belong to the address beside them; where there is none, to the one that is configured at all.
            string? own = AddressIn(source);
            string? home = own ?? FirstAddress(sources);
            ComfyUICredential? credential = CredentialFrom(source, warnings)
                ?? (!isExplicit && own is not null && own == FirstAddress(sources) ? ComfyUICredential.InAddress(ParseUri(own)) : null);
            if (credential is null)
            {
                continue;
            }

            Uri? homeUri = home is null ? chosen : TryParseUri(home);
            if (homeUri is not null && Origin.Same(Origin.Normalize(homeUri), Origin.Normalize(chosen)))
            {
                return credential;
            }

            string owner = homeUri is null ? "an address that is none" : Redaction.Address(homeUri);
            warnings.Add($"The credentials in the environment or file belong to {owner} ({BaseUrlVariable}) "
                + $"and are not sent to {Redaction.Address(chosen)}. Give -Credential or -Token for this server.");
        }

        return null;
    }

    private static string? FirstAddress(Func<string, string?>[] sources)
    {
        foreach (Func<string, string?> source in sources)
        {
            if (AddressIn(source) is { } address)
            {
                return address;
            }
        }

        return null;
    }

    private static string? AddressIn(Func<string, string?> source) => Text(source(BaseUrlVariable)?.Trim());

    // Whoever shows the address shows no password.
    internal static Uri WithoutUser(Uri uri)
        => uri.IsAbsoluteUri && uri.UserInfo.Length > 0 ? new UriBuilder(uri) { UserName = string.Empty, Password = string.Empty }.Uri : uri;

    /// <summary>Reads an address as people type it; <c>localhost:8188</c> is taken as http.</summary>
    /// <exception cref="ComfyUIException">It is no http or https address.</exception>
    public static Uri ParseUri(string text)
    {
        if (TryParseUri(text) is { } uri)
        {
            return uri;
        }

        // Not repeated: what somebody typed there by mistake may be a password.
        throw new ComfyUIException(ComfyUIErrorId.InvalidConfiguration, "The address of the server is not an http or https address.")
        {
            RecommendedAction = "Give an address such as http://127.0.0.1:8188, in -Uri or in COMFYUI_BASE_URL.",
        };
    }

    private static Uri? TryParseUri(string text)
    {
        text = text.Trim();
        string withScheme = text.IndexOf("://", StringComparison.Ordinal) < 0 ? "http://" + text : text;
        return Uri.TryCreate(withScheme, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && Origin.HostOf(uri) is not null ? uri : null;
    }

    private static ComfyUICredential? CredentialFrom(Func<string, string?> source, List<string> warnings)
    {
        string? userName = Text(source(UserNameVariable));
        string? password = Text(source(PasswordVariable));
        if (userName is not null && password is not null)
        {
            return ComfyUICredential.Configured(userName, password);
        }

        if (Text(source(TokenVariable)) is { } token)
        {
            return ComfyUICredential.Bearer(token);
        }

        if (userName is not null || password is not null)
        {
            (string present, string missing) = userName is not null
                ? (UserNameVariable, PasswordVariable)
                : (PasswordVariable, UserNameVariable);
            warnings.Add($"{present} is set but {missing} is not, so it is not used. Set both, or neither.");
        }

        return null;
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
