using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>
/// A ComfyUI server for tests, in this process, on a loopback port of its own. Several may run side by side.
/// </summary>
public sealed class TestComfyServer : IAsyncDisposable
{
    private readonly ServerFiles files;
    private readonly string? ownDirectory;
    private readonly SemaphoreSlim changing = new(1, 1);
    private Listener? listener;
    private ServerLife life;
    private int port;
    private bool disposed;

    private TestComfyServer(TestServerOptions options)
    {
        Options = options with { PathPrefix = Normalise(options.PathPrefix) };
        port = options.Port;
        Requests = new RequestLog { Prefix = Options.PathPrefix };
        var root = options.BaseDirectory ?? (ownDirectory = Directory.CreateTempSubdirectory("comfy-test-").FullName);
        files = new ServerFiles(root, options.OutputDirectory);
        life = new ServerLife(Options, files, Faults);
    }

    /// <summary>How it was set up.</summary>
    public TestServerOptions Options { get; }

    /// <summary>Where it listens, path prefix included, with a slash at the end.</summary>
    public Uri BaseUri => new($"{(Options.Certificate is null ? "http" : "https")}://127.0.0.1:{port}{Options.PathPrefix}/");

    /// <summary>Every request so far.</summary>
    public RequestLog Requests { get; }

    /// <summary>What it does wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Looks at and changes queue and history.</summary>
    public ServerJobs Jobs => new(life.Process);

    /// <summary>The folder of saved pictures.</summary>
    public string OutputDirectory => files.Output;

    /// <summary>The folder of uploads.</summary>
    public string InputDirectory => files.Input;

    /// <summary>The folder of previews.</summary>
    public string TempDirectory => files.Temp;

    /// <summary>The folder of userdata and settings.</summary>
    public string UserDirectory => files.User;

    /// <summary>How many WebSockets are open.</summary>
    public int OpenSockets => life.Process.Sockets.OpenCount;

    /// <summary>The client ids events can reach; a socket can be open and yet not be among them.</summary>
    public IReadOnlyList<string> RegisteredClientIds => life.Process.Sockets.RegisteredIds;

    internal ServerLife CurrentLife => life;

    /// <summary>Starts a server and returns when it listens.</summary>
    public static async Task<TestComfyServer> StartAsync(TestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new TestComfyServer(options ?? new TestServerOptions());
        try
        {
            await server.ListenAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cuts every WebSocket: no close frame.</summary>
    public void DropSockets() => life.Process.Sockets.DropAll();

    /// <summary>Ends the server like a kill: all connections drop, queue, history and cache are gone, the port refuses. Faults, files and requests stay.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            await EndLifeAsync();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Starts again on the same port after <see cref="StopAsync"/>.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (listener is null)
            {
                life = new ServerLife(Options, files, Faults);
                await ListenAsync(cancellationToken);
            }
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Stops and starts again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        await ResumeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        Faults.Clear();
        await EndLifeAsync();
        changing.Dispose();
        if (ownDirectory is not null)
        {
            Directory.Delete(ownDirectory, recursive: true);
        }
    }

    private static string Normalise(string prefix)
    {
        var trimmed = prefix.Trim('/');
        return trimmed.Length == 0 ? "" : "/" + trimmed;
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        listener = new Listener(Options, new Pipeline(this, Options));
        port = await listener.StartAsync(port, cancellationToken);
    }

    private async Task EndLifeAsync()
    {
        await life.DisposeAsync();
        if (listener is not null)
        {
            await listener.DisposeAsync();
            listener = null;
        }
    }
}
