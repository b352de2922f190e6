using System;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What caches and proxies say that is true no more, or true of themselves only.</summary>
public sealed class HalfTruthTests
{
    [Fact]
    public async Task A_cache_that_shows_for_ever_how_the_job_ran_does_not_hold_the_run()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(0.5, 5), scene.Saving, cancellationToken: Scene.Cancel);
        FreezeQueue(scene, await scene.UnderWayAsync());

        AssertDone(await scene.Clock.PassUntilAsync(running, 0.05));
    }

    [Fact]
    public async Task A_queue_that_is_never_told_does_not_hide_a_job_that_is_done()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", "^/queue", 500);

        AssertDone(await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel)));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_refusal_of_a_prompt_that_was_passed_on_is_not_believed_while_the_server_does_not_tell(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("POST", "^/prompt", status, when: FaultMoment.After, times: 1);
        scene.Server.Faults.Respond("GET", "^/queue", 502, times: 2 * RetryPolicy.MaxAttempts);

        AssertDone(await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 0.05));
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_refusal_of_a_prompt_is_unknown_when_the_server_never_tells(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("POST", "^/prompt", status, when: FaultMoment.After);
        scene.Server.Faults.Respond("GET", "^/queue", 502);

        var error = await Assert.ThrowsAnyAsync<ComfyUIException>(
            () => scene.Clock.PassUntilAsync(scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel)));

        Assert.Equal(ComfyUIErrorId.SubmissionUnknown, error.ErrorId);
    }

    [Fact]
    public async Task Nobody_is_interrupted_on_the_word_of_a_cache()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { InterruptIgnoresPromptId = true });
        ComfyUIJob ended = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob other = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.RunningAsync(other.Id);
        FreezeQueue(scene, ended.Id);

        Assert.Equal(ComfyUIStopResult.NotRunning, await scene.Session.Jobs.StopAsync(ended.Id, Scene.Cancel));

        Assert.Equal(0, scene.Count("POST", "/interrupt"));
        Assert.Equal([other.Id], scene.Server.Jobs.Running);
    }

    [Fact]
    public async Task A_gateway_that_lets_no_unknown_words_through_is_asked_without()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "[?]fresh=", 403);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.UnderWayAsync();

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        Assert.Equal(1, scene.Count("POST", "/interrupt"));
    }

    [Fact]
    public async Task A_proxys_not_found_is_not_that_of_the_file()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/view", 404, times: 3, body: "404 page not found");

        AssertDone(await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 0.05));
    }

    private static void FreezeQueue(Scene scene, string runningId) => scene.Server.Faults.Respond(
        "GET", "^/queue$", 200, body: $$"""{ "queue_running": [[1, "{{runningId}}", {}, {}, []]], "queue_pending": [] }""", contentType: "application/json");

    private static void AssertDone(ComfyUIJob job)
    {
        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
    }
}
