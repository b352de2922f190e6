using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>The log as it comes: over a WebSocket where the server pushes it, else by asking, and no line twice or never.</summary>
public sealed class LogFollowTests : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

    public void Dispose() => _stop.Dispose();

    [Theory]
    [InlineData(ServerGeneration.Recorded)]
    [InlineData(ServerGeneration.Late)]
    public async Task Lines_come_by_themselves_where_the_server_pushes_them(ServerGeneration generation)
    {
        // The clock stands still, so nothing is asked for because time has passed.
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = generation }, fakeClock: true);
        Task following = Follow(scene);
        await Eventually.TrueAsync(() => scene.Count("GET", "/internal/logs/raw") == 1);

        using (var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri }))
        {
            await RunAsync(other, 3);
        }

        await Eventually.TrueAsync(() => _lines.Count(line => line.StartsWith("Prompt executed", StringComparison.Ordinal)) == 3);

        Assert.Equal(3, _lines.Count(line => line == "got prompt"));
        Assert.Equal(1, scene.Count("PATCH", "/internal/logs/subscribe"));
        Assert.Equal(1, scene.Count("GET", "/internal/logs/raw"));
        await EndAsync(following);
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 0);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task They_are_asked_for_where_it_does_not(int status)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("PATCH", "/internal/logs/subscribe", status);
        Task following = Follow(scene);

        await RunAsync(scene.Session, 2);
        await Eventually.TrueAsync(() => _lines.Count(line => line.StartsWith("Prompt executed", StringComparison.Ordinal)) == 2);
        await Eventually.TrueAsync(() => scene.Count("GET", "/internal/logs/raw") > 2);

        Assert.Equal(2, _lines.Count(line => line == "got prompt"));
        Assert.Equal(1, scene.Count("PATCH", "/internal/logs/subscribe"));
        await EndAsync(following);
    }

    [Fact]
    public async Task What_was_written_while_the_socket_was_lost_is_told_once()
    {
        await using Scene scene = await Scene.StartAsync();
        Task following = Follow(scene);
        await Eventually.TrueAsync(() => scene.Count("GET", "/internal/logs/raw") == 1);
        await RunAsync(scene.Session, 1);
        await Eventually.TrueAsync(() => _lines.Contains("got prompt"));

        scene.Server.DropSockets();
        await RunAsync(scene.Session, 1, 10);
        await Eventually.TrueAsync(() => scene.Count("PATCH", "/internal/logs/subscribe") == 2);
        await RunAsync(scene.Session, 1, 20);
        await Eventually.TrueAsync(() => _lines.Count(line => line.StartsWith("Prompt executed", StringComparison.Ordinal)) == 3);

        Assert.Equal(3, _lines.Count(line => line == "got prompt"));
        await EndAsync(following);
    }

    [Fact]
    public async Task They_are_asked_for_where_the_socket_opens_and_says_nothing()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Add(new SocketFault { SilentAfterFrames = 0, Times = null });
        Task following = Follow(scene);

        await Eventually.TrueAsync(() => scene.Count("GET", "/internal/logs/raw") == 1);
        using (var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri }))
        {
            ComfyUIJob job = await other.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
            await scene.Server.Jobs.WhenFinishedAsync(job.Id, Scene.Cancel);
        }

        await scene.Clock.PassUntilAsync(() => _lines.Contains("got prompt"));
        await EndAsync(following);
    }

    [Fact]
    public async Task A_server_of_2024_says_which_one_has_it()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = ServerGeneration.Early });
        var error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Logs.FollowAsync(_ => { }, cancellationToken: Scene.Cancel));
        Assert.Equal(ComfyUIErrorId.FeatureMissing, error.ErrorId);
        Assert.NotEmpty(await scene.Session.Logs.GetAsync(Scene.Cancel));
    }

    private static async Task RunAsync(ComfyUISession session, int count, int color = 0)
    {
        for (int i = 0; i < count; i++)
        {
            await session.Jobs.RunAsync(Graphs.Picture(color + i), cancellationToken: Scene.Cancel);
        }
    }

    private Task Follow(Scene scene) => scene.Session.Logs.FollowAsync(line => _lines.Enqueue(line.Message), cancellationToken: _stop.Token);

    private async Task EndAsync(Task following)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }
}
