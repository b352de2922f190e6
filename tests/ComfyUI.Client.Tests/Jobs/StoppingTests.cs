using System;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What is cancelled is stopped on the server, and nothing else is.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task Cancelling_a_run_takes_a_waiting_job_from_the_queue()
    {
        await using Scene scene = await Scene.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        ComfyUIJob other = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.RunningAsync(other.Id);

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: cancel.Token);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Pending.Count == 1);
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(scene.Server.Jobs.Pending);
        Assert.Equal([other.Id], scene.Server.Jobs.Running);
        Assert.Equal(0, scene.Count("POST", "/interrupt"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_a_run_interrupts_a_running_job_and_leaves_the_others(bool oldServer)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { InterruptIgnoresPromptId = oldServer });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.RunningAsync();
        ComfyUIJob other = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        await scene.Server.Jobs.WhenFinishedAsync(other.Id, Scene.Cancel);
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Session.Jobs.GetAsync(id, Scene.Cancel)).Status);
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Session.Jobs.GetAsync(other.Id, Scene.Cancel)).Status);
        Assert.Equal(1, scene.Count("POST", "/interrupt"));
    }

    [Theory]
    [InlineData("^/queue", 1)]
    [InlineData("^/queue$", 100)]
    public async Task A_queue_that_a_cache_shows_as_it_was_does_not_keep_a_cancelled_job_running(string path, int times)
    {
        await using Scene scene = await Scene.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.UnderWayAsync();
        scene.Server.Faults.Respond("GET", path, 200, times, """{ "queue_running": [], "queue_pending": [] }""", "application/json");

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        Assert.Equal(1, scene.Count("POST", "/interrupt"));
    }

    [Fact]
    public async Task Cancelling_a_wait_stops_nothing()
    {
        await using Scene scene = await Scene.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: cancel.Token);
        await scene.RunningAsync(job.Id);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal([job.Id], scene.Server.Jobs.Running);
        Assert.Equal(0, scene.Count("POST", "/interrupt") + scene.Count("POST", "/queue"));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped_and_says_so()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Slow(60, 600), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(2) }, cancellationToken: Scene.Cancel);
        string id = await scene.RunningAsync();

        scene.Clock.Advance(TimeSpan.FromHours(2));
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running, 0.01);

        Assert.Equal((id, ComfyUIJobStatus.Interrupted), (job.Id, job.Status));
        Assert.Equal(ComfyUIErrorId.RunTimeout, Assert.IsType<ComfyUITimeoutException>(job.Error).ErrorId);
        Assert.Contains("7200 s", job.Error.Message);
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_and_cannot_be_stopped_does_not_say_it_was()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Slow(60, 600), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(2) }, cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();
        scene.Server.Faults.Respond("GET", "^/queue", 403);

        scene.Clock.Advance(TimeSpan.FromHours(2));
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running, 0.01);

        Assert.Equal((id, ComfyUIJobStatus.Unknown, ComfyUIErrorId.RunTimeout), (job.Id, job.Status, job.Error!.ErrorId));
        Assert.Contains("could not be told to stop it", job.Error.Message, StringComparison.Ordinal);
        Assert.Contains("Stop-ComfyUIJob " + id, job.Error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([id], scene.Server.Jobs.Running);
    }

    [Fact]
    public async Task A_run_whose_time_is_up_when_its_job_is_over_is_done()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/history", 502, times: 1);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Picture(1), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(2) }, cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Finished is [string id] && scene.Count("GET", "/history/" + id) == 1);

        scene.Clock.Advance(TimeSpan.FromHours(2));
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running, 0.01);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Equal(0, scene.Count("POST", "/interrupt"));
    }

    [Fact]
    public async Task A_run_whose_time_is_up_while_its_prompt_is_answered_names_the_job()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Slow(60, 600), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(2) }, cancellationToken: Scene.Cancel);
        string id = await scene.RunningAsync();

        scene.Clock.Advance(TimeSpan.FromHours(2));
        ComfyUIJob job = await scene.ReleaseUntilAsync(running);

        Assert.Equal((id, ComfyUIErrorId.RunTimeout), (job.Id, job.Error!.ErrorId));
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
    }

    [Fact]
    public async Task Stopping_tells_what_came_of_it()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob running = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        ComfyUIJob pending = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.RunningAsync(running.Id);

        Assert.Equal(ComfyUIStopResult.Removed, await scene.Session.Jobs.StopAsync(pending.Id, Scene.Cancel));
        Assert.Equal(ComfyUIStopResult.Interrupted, await scene.Session.Jobs.StopAsync(running.Id, Scene.Cancel));
        await scene.Server.Jobs.WhenFinishedAsync(running.Id, Scene.Cancel);
        Assert.Equal(ComfyUIStopResult.NotRunning, await scene.Session.Jobs.StopAsync(running.Id, Scene.Cancel));
        Assert.Equal(ComfyUIStopResult.NotRunning, await scene.Session.Jobs.StopAsync("no such job", Scene.Cancel));
    }

    [Fact]
    public async Task Whoever_waits_for_a_job_that_this_session_removed_learns_it_was_interrupted()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        ComfyUIJob submitted = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(submitted.Id, cancellationToken: Scene.Cancel);

        await scene.Session.Jobs.StopAsync(submitted.Id, Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(waiting);

        Assert.Equal((ComfyUIJobStatus.Interrupted, ComfyUIErrorId.JobInterrupted), (job.Status, job.Error!.ErrorId));
    }

    [Fact]
    public async Task A_server_that_does_not_let_go_of_a_job_is_not_asked_forever()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        scene.Server.Faults.Respond("POST", "^/queue", 200);
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        var error = await Assert.ThrowsAsync<ComfyUIServerException>(() => scene.Clock.PassUntilAsync(scene.Session.Jobs.StopAsync(job.Id, Scene.Cancel)));

        Assert.Equal(job.Id, error.PromptId);
        Assert.Equal(10, scene.Count("POST", "/queue"));
    }
}
