using System;
using System.Collections.Generic;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ComfyUI.Client;

/// <summary>Where a ComfyUI server is, who we are, and how to get there. One set makes one <see cref="ComfyUISession"/>.</summary>
public sealed class ComfyUIConnectionOptions
{
    /// <summary>Where a ComfyUI server listens when nobody says otherwise.</summary>
    public static readonly Uri DefaultBaseUri = new("http://127.0.0.1:8188/");

    /// <summary>
    /// The server's address, http or https, with the path prefix a reverse proxy may put before it
    /// (<c>https://gpu.example/comfy/</c>). User information in it is used as Basic credentials and taken out; parameters that hold a secret by
    /// their name (<c>?token=…</c>) are taken out, too, and go along with every request.
    /// </summary>
    public Uri BaseUri { get; init; } = DefaultBaseUri;

    /// <summary>A name for the session; made from the address when empty.</summary>
    public string? Name { get; init; }

    /// <summary>The credentials; null for none.</summary>
    public ComfyUICredential? Credential { get; init; }

    /// <summary>Headers sent with every request and with the WebSocket's upgrade. They are treated as secrets: never shown.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// For a server that was started with <c>--multi-user</c>: whose settings and files are meant, by name or id. It is no credential.
    /// Null for none.
    /// </summary>
    public string? User { get; init; }

    /// <summary>The certificate, with its private key, that this client shows in the TLS handshake; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>How long one request may take without any progress: until the answer's head is there, and between two pieces of a body.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// The proxy to use; null for the system's own setting, which is not asked for a server on this machine. User information in it is used as
    /// credentials and taken out.
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>The credentials for <see cref="Proxy"/>; null for none.</summary>
    public ICredentials? ProxyCredential { get; init; }

    /// <summary>True to use no proxy at all, not even the system's.</summary>
    public bool NoProxy { get; init; }

    /// <summary>True to accept any TLS certificate. It takes away the protection TLS gives.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>True to allow credentials over plain http to another machine, where anybody on the way can read them.</summary>
    public bool AllowUnencryptedAuthentication { get; init; }

    /// <summary>A file that gets a line for each request, retry and error, without credentials; null for none. Its folder must exist.</summary>
    public string? LogPath { get; init; }

    /// <summary>
    /// The folder for what is kept between sessions (the node catalogue); null for <c>COMFYUI_CACHE_PATH</c>, else the user's own cache
    /// folder; empty to keep nothing.
    /// </summary>
    public string? CachePath { get; init; }

    /// <summary>
    /// A route that answers <c>GET</c> with a status as JSON, for deployments that hide ComfyUI behind an application gateway; null for a
    /// real ComfyUI server.
    /// </summary>
    public string? StatusEndpoint { get; init; }

    /// <summary>A route that takes a workflow by <c>POST</c>, for such deployments; null for a real ComfyUI server.</summary>
    public string? WorkflowEndpoint { get; init; }

    /// <summary>How long the attempt to connect may take, where the request's own limit is not shorter.</summary>
    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock for waiting, polling and backing off.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
