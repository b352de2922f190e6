using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>A server, a session of it and a folder for files: what most tests need, gone after the test.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private Scene(TestComfyServer server, ComfyUISession session, FakeClock clock)
    {
        Server = server;
        Session = session;
        Clock = clock;
    }

    internal TestComfyServer Server { get; }

    internal ComfyUISession Session { get; }

    /// <summary>The session's clock when it was asked for one; else nobody looks at it.</summary>
    internal FakeClock Clock { get; }

    internal TempFolder Folder { get; } = new();

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Options that save files into the scene's folder.</summary>
    internal ComfyUIRunOptions Saving => new() { Save = new ComfyUISaveOptions { Folder = Folder.FullName } };

    internal static Task<Scene> StartAsync(TestServerOptions? options = null, bool fakeClock = false)
        => StartAsync(options, (uri, clock) => new ComfyUIConnectionOptions { BaseUri = uri, Clock = fakeClock ? clock : TimeProvider.System });

    internal static async Task<Scene> StartAsync(TestServerOptions? options, Func<Uri, FakeClock, ComfyUIConnectionOptions> connect)
    {
        TestComfyServer server = await TestComfyServer.StartAsync(options, Cancel);
        var clock = new FakeClock();
        return new Scene(server, new ComfyUISession(connect(server.BaseUri, clock)), clock);
    }

    /// <summary>How often a route was asked.</summary>
    internal int Count(string method, string path) => Server.Requests.CountOf(method, path);

    /// <summary>Waits until the server runs this job.</summary>
    internal Task RunningAsync(string id) => Eventually.TrueAsync(() => Server.Jobs.Running.Contains(id));

    /// <summary>Waits until the server runs any job, and says which.</summary>
    internal async Task<string> RunningAsync()
    {
        string? id = null;
        await Eventually.TrueAsync(() => (id = Server.Jobs.Running.Count > 0 ? Server.Jobs.Running[0] : null) is not null);
        return id!;
    }

    /// <summary>
    /// Waits until the server runs a job of the session, and the session knows that the server has it: the server may be first by a moment,
    /// and what goes wrong in that moment goes wrong with the handing in, not with the run.
    /// </summary>
    internal async Task<string> UnderWayAsync()
    {
        string id = await RunningAsync();
        await Eventually.TrueAsync(() => Session.Jobs.IsOwn(id));
        return id;
    }

    /// <summary>Lets held answers go until a task is done: an answer may only be about to be held when the first is let go.</summary>
    internal async Task<T> ReleaseUntilAsync<T>(Task<T> task)
    {
        await Eventually.TrueAsync(() =>
        {
            Server.Faults.Release();
            return task.IsCompleted;
        });
        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            Session.Dispose();
            await Server.DisposeAsync();
        }
        finally
        {
            Folder.Dispose();
        }
    }
}
