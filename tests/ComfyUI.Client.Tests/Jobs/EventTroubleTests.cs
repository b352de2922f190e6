using System;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Events are pleasant and not needed: runs end well whatever becomes of the socket.</summary>
public sealed class EventTroubleTests
{
    [Fact]
    public async Task Without_a_socket_a_run_is_followed_by_asking()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/ws", 403);

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Slow(0.3, 3), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Single(job.Files);
        Assert.NotNull(scene.Session.Jobs.EventProblem);
        Assert.Contains("\"prompt_id\"", scene.Server.Requests.Find("POST", "/prompt")[0].Body);
    }

    [Fact]
    public async Task A_socket_that_drops_in_the_middle_does_not_end_the_run()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Add(new SocketFault { DropBeforeEvent = "progress" });

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Slow(0.3, 3), cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task The_next_run_opens_a_new_socket_with_a_new_id()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Server.DropSockets();
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 0);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel));
        ComfyUIJob third = await scene.Session.Jobs.RunAsync(Graphs.Picture(3), cancellationToken: Scene.Cancel);

        Assert.Equal([ComfyUIJobStatus.Completed, ComfyUIJobStatus.Completed], [job.Status, third.Status]);
        Assert.Equal(2, scene.Server.Requests.Find("GET", "/ws").Select(request => request.Path).Distinct().Count());
        Assert.Equal(2, scene.Count("GET", "/ws"));
    }

    [Fact]
    public async Task A_socket_that_was_refused_is_tried_again_later_and_not_at_every_run()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 502, times: 1);

        await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Session.Jobs.SubmitAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);
        Assert.Equal(1, scene.Count("GET", "/ws"));
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.Session.Jobs.SubmitAsync(Graphs.Picture(3), cancellationToken: Scene.Cancel);

        Assert.Equal(2, scene.Count("GET", "/ws"));
        Assert.Null(scene.Session.Jobs.EventProblem);
    }

    [Fact]
    public async Task After_fifteen_seconds_of_silence_the_queue_is_asked()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Add(new SocketFault { SilentAfterFrames = 2, Times = null });
        scene.Server.Jobs.Pause();
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);

        await Eventually.TrueAsync(() => scene.Clock.IsAwaited);
        scene.Clock.Advance(TimeSpan.FromSeconds(14.5));
        await scene.Session.CheckAsync(Scene.Cancel);
        Assert.Equal(0, scene.Count("GET", "/queue"));
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => scene.Count("GET", "/queue") == 1);
        Assert.False(waiting.IsCompleted);

        scene.Server.Jobs.Resume();
        await scene.Server.Jobs.WhenFinishedAsync(job.Id, Scene.Cancel);
        ComfyUIJob ended = await scene.Clock.PassUntilAsync(waiting);

        Assert.Equal(ComfyUIJobStatus.Completed, ended.Status);
    }

    [Fact]
    public async Task An_end_that_is_never_announced_is_found_by_asking()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Add(new SocketFault { SwallowEvent = "executing", Times = null });

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel), 1);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
    }

    [Fact]
    public async Task A_queue_that_answers_nonsense_is_not_asked_without_pause()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Server.Faults.Respond("GET", "^/queue", 200, body: "<html><title>Login</title></html>", contentType: "text/html");
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);

        await Eventually.TrueAsync(() => scene.Clock.IsAwaited);
        scene.Clock.Advance(TimeSpan.FromSeconds(16));
        await Eventually.TrueAsync(() => scene.Count("GET", "/queue") > 0);
        for (int i = 0; i < 50; i++)
        {
            await scene.Session.CheckAsync(Scene.Cancel);
        }

        Assert.Equal(1, scene.Count("GET", "/queue"));
        scene.Server.Faults.Clear();
        scene.Server.Jobs.Resume();
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Clock.PassUntilAsync(waiting)).Status);
    }

    [Fact]
    public async Task Many_who_wait_share_one_question()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Jobs.Pause();
        var waiting = new Task<ComfyUIJob>[100];
        for (int i = 0; i < waiting.Length; i++)
        {
            ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(i), cancellationToken: Scene.Cancel);
            waiting[i] = scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);
        }

        for (int poll = 1; poll <= 3; poll++)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(2.1));
            await Eventually.TrueAsync(() => scene.Count("GET", "/queue") >= poll && scene.Clock.IsAwaited);
        }

        await scene.Session.CheckAsync(Scene.Cancel);
        Assert.InRange(scene.Count("GET", "/queue"), 3, 4);
        scene.Server.Jobs.Resume();
        ComfyUIJob[] ended = await scene.Clock.PassUntilAsync(Task.WhenAll(waiting));
        Assert.All(ended, job => Assert.Equal(ComfyUIJobStatus.Completed, job.Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Previews_of_either_kind_do_not_disturb_a_run(bool handshake)
    {
        await using Scene scene = await Scene.StartAsync();
        if (!handshake)
        {
            scene.Server.Faults.Add(new SocketFault { SwallowEvent = "feature_flags" });
        }

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Slow(0.05, 5, preview: true), cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
    }
}
