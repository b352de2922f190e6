using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Makes a session with a ComfyUI server, and makes it the one that other cmdlets use.</summary>
[Cmdlet(VerbsCommunications.Connect, "ComfyUI", DefaultParameterSetName = "Default")]
[OutputType(typeof(ComfyUISession))]
public sealed class ConnectComfyUICommand : AsyncCmdlet
{
    /// <summary>The server's address, with the path prefix of a reverse proxy. Without it: COMFYUI_BASE_URL, else http://127.0.0.1:8188.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("BaseUri", "Url")]
    [ServerUriTransformation]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>User name and password for Basic authentication.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential")]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>A token, sent as Authorization: Bearer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Token")]
    [SecretArgument(typeof(SecureString), "A token is a SecureString: give (Read-Host -AsSecureString), or set COMFYUI_TOKEN in place of the parameter.")]
    [ValidateNotNull]
    public SecureString? Token { get; set; }

    /// <summary>Headers for every request and for the WebSocket.</summary>
    [Parameter]
    [SecretArgument(typeof(IDictionary), "Headers are a table: give @{ 'X-Api-Key' = $key }.")]
    [ValidateNotNull]
    public IDictionary? Header { get; set; }

    /// <summary>For a server for several users (--multi-user): whose settings and files are meant, by name or id. It is no credential.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>A client certificate with its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>A .env file with COMFYUI_BASE_URL, COMFYUI_USERNAME, COMFYUI_PASSWORD, COMFYUI_TOKEN; parameters and environment go before it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnvFile { get; set; }

    /// <summary>A name for the session, for several side by side.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How many seconds one request may take without any progress.</summary>
    [Parameter]
    [ValidateRange(0.001, 2147483.0)]
    public double TimeoutSec { get; set; } = 100;

    /// <summary>The address of a proxy.</summary>
    [Parameter]
    [ProxyUriTransformation]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>User name and password for the proxy.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Uses no proxy, not even the system's.</summary>
    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>Accepts any TLS certificate.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Sends credentials over plain http to another machine.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>Does not ask the server whether it is there.</summary>
    [Parameter]
    public SwitchParameter SkipCheck { get; set; }

    /// <summary>A file that gets a line for each request, retry and error, without credentials.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>For an application gateway that hides ComfyUI: the route that answers GET with a status, such as /status.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatusEndpoint { get; set; }

    /// <summary>For an application gateway that hides ComfyUI: the route that takes a workflow by POST, such as /api/workflow.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkflowEndpoint { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(Connect());
        }
        catch (ComfyUIException e)
        {
            Fail(e, Uri is null ? null : Redaction.Address(Uri));
        }
    }

    private ComfyUISession Connect()
    {
        ComfyUIConnectionOptions options = ReadOptions();
        var session = new ComfyUISession(options);
        try
        {
            if (!SkipCheck)
            {
                Run(async token =>
                {
                    using (session.ObserveRequests(trace => Post(() => WriteVerbose(trace.ToString()))))
                    {
                        await session.CheckAsync(token).ConfigureAwait(false);
                    }
                });
            }
        }
        catch
        {
            session.Dispose();
            throw;
        }

        SessionTable.Current.Add(session);
        return session;
    }

    private ComfyUIConnectionOptions ReadOptions()
    {
        ComfyUICredential? credential = ReadCredential();
        bool hasExplicit = Credential is not null || Token is not null;
        ConnectionSettings settings = ConnectionSettings.Resolve(Uri, hasExplicit, EnvFile is null ? null : ResolveFilePath(EnvFile));
        foreach (string warning in settings.Warnings)
        {
            WriteWarning(warning);
        }

        return new ComfyUIConnectionOptions
        {
            BaseUri = settings.BaseUri,
            Name = Name,
            Credential = credential ?? settings.Credential,
            Headers = ReadHeaders(),
            User = User,
            ClientCertificate = Certificate,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Proxy = Proxy,
            ProxyCredential = ProxyCredential?.GetNetworkCredential(),
            NoProxy = NoProxy,
            SkipCertificateCheck = SkipCertificateCheck,
            AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
            LogPath = LogPath is null ? null : ResolveFilePath(LogPath),
            StatusEndpoint = StatusEndpoint,
            WorkflowEndpoint = WorkflowEndpoint,
        };
    }

    private ComfyUICredential? ReadCredential()
    {
        if (Token is not null)
        {
            return ComfyUICredential.Bearer(Token);
        }

        if (Credential is null)
        {
            return null;
        }

        if (Credential.Password.Length == 0)
        {
            WriteWarning("The credential has a user name but no password: no authentication is used.");
            return null;
        }

        // Windows domains come as DOMAIN\user, which is what Basic sends, too.
        string userName = Credential.UserName.TrimStart('\\');
        return userName.IndexOf(':') < 0
            ? ComfyUICredential.Basic(userName, Credential.Password)
            : throw new ComfyUIException(ComfyUIErrorId.InvalidConfiguration, "A user name for Basic authentication cannot hold a colon.")
            {
                RecommendedAction = "Give the user name without a colon in -Credential, or use -Token.",
            };
    }

    private Dictionary<string, string> ReadHeaders()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in Header ?? new Hashtable())
        {
            string name = Convert.ToString(ObjectToJson.Unwrap(entry.Key), CultureInfo.InvariantCulture)!;
            headers[name] = Convert.ToString(ObjectToJson.Unwrap(entry.Value), CultureInfo.InvariantCulture) ?? string.Empty;
        }

        return headers;
    }
}
