using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>A lost socket comes back for the jobs that are on their way, and one that is open and deaf is noticed. Neither decides anything.</summary>
public sealed class LostSocketTests
{
    [Fact]
    public async Task Live_progress_comes_back_after_a_lost_socket()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        var steps = new ConcurrentQueue<int>();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), progress: new Steps(steps), cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        await scene.Clock.PassUntilAsync(() => !steps.IsEmpty, 0.05);

        scene.Server.DropSockets();
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/ws") >= 2 && scene.Server.RegisteredClientIds.Count == 1, 0.05);
        int atLoss = steps.Max();
        await scene.Clock.PassUntilAsync(() => steps.Max() > atLoss + 1, 0.05);

        scene.Server.Jobs.Interrupt();
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(running, 0.05)).Status);
        Assert.Single(SocketPaths(scene).Distinct());
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_socket_that_is_lost_again_and_again_does_not_end_the_run()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), scene.Saving, cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        for (int lost = 0; lost < 3; lost++)
        {
            int before = scene.Count("GET", "/ws");
            scene.Server.DropSockets();
            await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/ws") > before && scene.Server.OpenSockets == 1, 0.05);
        }

        scene.Server.Jobs.Interrupt();
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(running, 0.05)).Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_socket_that_is_lost_while_the_prompt_is_answered_does_not_end_the_run()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(0.2, 2), scene.Saving, cancellationToken: Scene.Cancel);
        await scene.RunningAsync();

        scene.Server.DropSockets();
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 0);
        ComfyUIJob job = await scene.ReleaseUntilAsync(scene.Clock.PassUntilAsync(running, 0.05));

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_socket_that_is_lost_while_the_prompt_is_answered_is_opened_anew()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), scene.Saving, cancellationToken: Scene.Cancel);
        await scene.RunningAsync();
        scene.Server.DropSockets();
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 0);

        scene.Server.Faults.Release();
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/ws") >= 2 && scene.Server.OpenSockets == 1, 0.05);

        scene.Server.Jobs.Interrupt();
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(running, 0.05)).Status);
    }

    [Fact]
    public async Task When_the_jobs_of_a_lost_socket_are_over_the_next_run_gets_an_id_of_its_own()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        scene.Server.DropSockets();
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/ws") >= 2 && scene.Server.OpenSockets == 1, 0.05);
        scene.Server.Jobs.Interrupt();
        await scene.Clock.PassUntilAsync(running, 0.05);

        await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel), 0.05);

        string[] paths = SocketPaths(scene);
        Assert.Equal(paths[0], paths[1]);
        Assert.NotEqual(paths[0], paths[^1]);
    }

    [Fact]
    public async Task A_socket_that_the_server_has_forgotten_is_opened_anew()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        using (ClientWebSocket other = await ConnectAsync(scene, scene.Server.RegisteredClientIds.Single()))
        {
            // When the other one of the same id closes, the server forgets both; ours stays open.
        }

        await Eventually.TrueAsync(() => scene.Server.RegisteredClientIds.Count == 0 && scene.Server.OpenSockets == 1);
        scene.Server.Jobs.Pause();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/ws") >= 3 && scene.Server.RegisteredClientIds.Count == 1);

        scene.Server.Jobs.Resume();
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Clock.PassUntilAsync(running)).Status);
    }

    [Fact]
    public async Task Another_client_that_uses_our_id_takes_the_events_and_not_the_result()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        using ClientWebSocket other = await ConnectAsync(scene, scene.Server.RegisteredClientIds.Single());
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 2);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(2), scene.Saving, cancellationToken: Scene.Cancel));

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Single(job.Files);
        Assert.Equal(2, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_socket_that_is_silent_for_minutes_does_not_end_the_wait_and_the_queue_is_not_asked_often()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Add(new SocketFault { SilentAfterFrames = 2, Times = null });
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        DateTimeOffset began = scene.Clock.GetUtcNow();

        await scene.Clock.PassUntilAsync(() => scene.Clock.GetUtcNow() - began > TimeSpan.FromMinutes(10), 1);
        Assert.False(running.IsCompleted);
        Assert.InRange(scene.Count("GET", "/queue"), 3, 10 * 60 / 2 + 10);
        scene.Server.Jobs.Interrupt();

        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(running)).Status);
    }

    [Fact]
    public async Task Thousands_of_events_do_not_lose_the_end()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Slow(0, 1000, preview: true), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Single(job.Files);
        Assert.Equal(1, scene.Count("GET", "/history/" + job.Id));
    }

    private static string[] SocketPaths(Scene scene) => [.. scene.Server.Requests.Find("GET", "/ws").Select(request => request.Path)];

    private static async Task<ClientWebSocket> ConnectAsync(Scene scene, string clientId)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(scene.Server.BaseUri.ToString().Replace("http", "ws") + "ws?clientId=" + clientId), Scene.Cancel);
        return socket;
    }

    private sealed class Steps(ConcurrentQueue<int> seen) : IProgress<ComfyUIProgress>
    {
        public void Report(ComfyUIProgress value)
        {
            if (value.Step is { } step)
            {
                seen.Enqueue(step);
            }
        }
    }
}
