using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// A connection to one ComfyUI server: one <see cref="System.Net.Http.HttpClient"/> with its credentials, and one WebSocket when it is
/// needed. Safe to use from several threads at once. Disposing it closes everything; jobs on the server go on.
/// </summary>
public sealed class ComfyUISession : IDisposable
{
    private readonly string? _user;
    private readonly HttpPipeline _pipeline;
    private readonly RequestLog _log;

    /// <summary>Makes a session without asking the server anything.</summary>
    /// <exception cref="ComfyUIException">The settings are wrong, or would send credentials unprotected.</exception>
    public ComfyUISession(ComfyUIConnectionOptions options)
    {
        _user = options.User;
        StatusEndpoint = options.StatusEndpoint;
        WorkflowEndpoint = options.WorkflowEndpoint;
        Uri address = Origin.Normalize(options.BaseUri);
        Name = string.IsNullOrWhiteSpace(options.Name) ? address.Authority + address.AbsolutePath.TrimEnd('/') : options.Name!;
        _log = new RequestLog(options.LogPath, Name);
        _pipeline = new HttpPipeline(options, _log);
        string? cachePath = options.CachePath;
        var watch = new TaskWatch(options.Clock);
        var server = new SelfHostedServer(_pipeline);
        Server = new ServerOperations(_pipeline, server, watch);
        Nodes = new NodeOperations(_pipeline, watch, () => new CatalogueStore(cachePath, BaseUri, ServerVersion));
        Names = new NameCache(watch);
        Models = new ModelOperations(this, _pipeline);
        Logs = new LogOperations(_pipeline, server, watch);
        Templates = new TemplateOperations(this, _pipeline);
        Settings = new SettingOperations(_pipeline);
        UserFiles = new UserFileOperations(this, _pipeline, watch);
        Files = new FileOperations(_pipeline);
        Outputs = new OutputOperations(_pipeline, server, watch);
        Workflows = new WorkflowOperations(_pipeline, Nodes, watch);
        Jobs = new JobOperations(this, server, watch, (kind, text) => _log.Note(kind, text, watch.UtcNow));
        ConnectedAt = watch.UtcNow;
    }

    /// <summary>The session's name: as given, else the server's host and port.</summary>
    public string Name { get; }

    /// <summary>The server's address, with the path prefix of a proxy, without user information.</summary>
    public Uri BaseUri => _pipeline.BaseUri;

    /// <summary>How we say who we are: <c>None</c>, <c>Basic (user)</c>, <c>Bearer</c>, <c>Header</c>, <c>Query</c>,
    /// <c>Client certificate</c>. Never the secret.</summary>
    public string Authentication => _pipeline.Authentication;

    /// <summary>The user whose settings and files are meant, by id once the server was asked; null for none, as on a server for one user.</summary>
    public string? User => _pipeline.UserId;

    /// <summary>ComfyUI's version, as the server said when the session was connected; null when it was not asked.</summary>
    public string? ServerVersion { get; private set; }

    /// <summary>When the session was made.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>Whether the session is closed.</summary>
    public bool IsClosed => _pipeline.IsClosed;

    /// <summary>Runs workflows.</summary>
    public JobOperations Jobs { get; }

    /// <summary>Gets workflows ready for this server.</summary>
    public WorkflowOperations Workflows { get; }

    /// <summary>Gets what jobs gave.</summary>
    public OutputOperations Outputs { get; }

    /// <summary>Asks the server what else it offers.</summary>
    public ServerOperations Server { get; }

    /// <summary>Looks up the node classes the server knows.</summary>
    public NodeOperations Nodes { get; }

    /// <summary>Lists the server's models.</summary>
    public ModelOperations Models { get; }

    /// <summary>Reads the server's log.</summary>
    public LogOperations Logs { get; }

    /// <summary>Gets the example workflows of installed packs.</summary>
    public TemplateOperations Templates { get; }

    /// <summary>Reads and changes the user's settings.</summary>
    public SettingOperations Settings { get; }

    /// <summary>The files the server keeps for the user.</summary>
    public UserFileOperations UserFiles { get; }

    /// <summary>Hands files to the server.</summary>
    public FileOperations Files { get; }

    /// <summary>Lists kept for a moment, for completion.</summary>
    internal NameCache Names { get; }

    /// <summary>The endpoints of an application gateway, where the server itself is hidden; null for a real server.</summary>
    internal string? StatusEndpoint { get; }

    /// <inheritdoc cref="StatusEndpoint"/>
    internal string? WorkflowEndpoint { get; }

    /// <summary>Makes a session and checks that its server is there (<c>GET /system_stats</c>, or the gateway's status endpoint).</summary>
    /// <exception cref="ComfyUIException">The settings are wrong, or the server does not answer as ComfyUI does; the session is closed then.</exception>
    public static async Task<ComfyUISession> ConnectAsync(ComfyUIConnectionOptions options, CancellationToken cancellationToken = default)
    {
        var session = new ComfyUISession(options);
        try
        {
            await session.CheckAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Checks that the server is there.</summary>
    /// <exception cref="ComfyUIException">It does not answer as ComfyUI does.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        if (StatusEndpoint is not null)
        {
            await Server.GetGatewayStatusAsync(StatusEndpoint, cancellationToken).ConfigureAwait(false);
            return;
        }

        ComfyUIStatus status = await Server.ProbeAsync(maxAttempts: 2, cancellationToken).ConfigureAwait(false);
        ServerVersion = status.Version;
        if (_user is { } user)
        {
            _pipeline.UserId = await ServerUsers.ResolveAsync(_pipeline, user, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells <paramref name="observer"/> of each request that this flow of calls makes, until the result is disposed.</summary>
    public IDisposable ObserveRequests(Action<ComfyUIRequestTrace> observer) => _log.Observe(observer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Jobs.Dispose();
        _pipeline.Dispose();
    }

    /// <summary>The name and the address, without credentials.</summary>
    public override string ToString() => Name == BaseUri.Authority ? BaseUri.ToString() : $"{Name} ({BaseUri})";
}
