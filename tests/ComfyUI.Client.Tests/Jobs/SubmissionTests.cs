using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>A prompt runs once or not at all, whatever becomes of the answer to its POST.</summary>
public sealed class SubmissionTests
{
    public static TheoryData<int?> NoUsableAnswer => [(int?)null, 408, 500, 502, 503, 504];

    [Theory]
    [MemberData(nameof(NoUsableAnswer))]
    public async Task A_prompt_that_arrived_without_a_usable_answer_is_adopted_and_sent_once(int? status)
    {
        await using Scene scene = await Scene.StartAsync();
        Fail(scene, status, FaultMoment.After);

        ComfyUIJob job = await RunAsync(scene);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
        Assert.Equal([job.Id], scene.Server.Jobs.Finished);
    }

    [Theory]
    [MemberData(nameof(NoUsableAnswer))]
    public async Task A_prompt_that_did_not_arrive_and_may_have_is_unknown_and_sent_once(int? status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Fail(scene, status, FaultMoment.Before);

        var error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => scene.Clock.PassUntilAsync(RunAsync(scene)));

        Assert.Equal(ComfyUIErrorId.SubmissionUnknown, error.ErrorId);
        Assert.NotNull(error.PromptId);
        Assert.Contains(error.PromptId!, error.Message);
        Assert.Contains("Get-ComfyUIJob", error.RecommendedAction);
        Assert.Equal(status, error.StatusCode);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
        Assert.Equal(0, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task An_answer_that_is_a_login_page_leaves_it_unknown_until_the_queue_shows_it()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("POST", "^/prompt", 200, body: "<html>", contentType: "text/html", when: FaultMoment.After);

        ComfyUIJob job = await RunAsync(scene);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_refusal_by_a_proxy_that_had_passed_the_prompt_on_is_none(int status)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond(
            "POST", "^/prompt", status, times: 1, body: "no", headers: new Dictionary<string, string> { ["Location"] = "http://login.invalid/" }, when: FaultMoment.After);

        ComfyUIJob job = await RunAsync(scene);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_server_that_says_the_id_exists_has_the_job()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("POST", "^/prompt", 409, when: FaultMoment.After);

        Assert.Equal(ComfyUIJobStatus.Completed, (await RunAsync(scene)).Status);
    }

    [Fact]
    public async Task A_prompt_that_was_not_taken_with_429_is_sent_again_after_the_time_asked_for()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("POST", "^/prompt", 429, times: 2, headers: new Dictionary<string, string> { ["Retry-After"] = "30" });
        var traces = new List<ComfyUIRequestTrace>();
        using IDisposable observing = scene.Session.ObserveRequests(trace =>
        {
            lock (traces)
            {
                traces.Add(trace);
            }
        });

        ComfyUIJob job = await scene.Clock.PassUntilAsync(RunAsync(scene));

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(3, scene.Count("POST", "/prompt"));
        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)], traces.Where(trace => trace.StatusCode == 429).Select(trace => trace.RetryAfter!.Value));
        Assert.Single(scene.Server.Jobs.Finished);
    }

    [Fact]
    public async Task A_429_that_does_not_end_is_an_error_and_nothing_was_run()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("POST", "^/prompt", 429);

        var error = await Assert.ThrowsAsync<ComfyUIServerException>(() => scene.Clock.PassUntilAsync(RunAsync(scene)));

        Assert.Equal(ComfyUIErrorId.TooManyRequests, error.ErrorId);
        Assert.Equal(5, scene.Count("POST", "/prompt"));
        Assert.Equal(0, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_prompt_that_never_left_is_sent_again()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await scene.Server.StopAsync(Scene.Cancel);
        int failures = 0;
        using IDisposable observing = scene.Session.ObserveRequests(trace => failures += trace.Method == "POST" ? 1 : 0);

        Task<ComfyUIJob> running = RunAsync(scene);
        await Eventually.TrueAsync(() => failures > 0);
        await scene.Server.ResumeAsync(Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task Events_that_come_before_the_answer_count()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);

        Task<ComfyUIJob> running = RunAsync(scene);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Finished.Count == 1);
        ComfyUIJob job = await scene.ReleaseUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(0, scene.Count("GET", "/queue"));
        Assert.Equal(1, scene.Count("GET", "/history/" + job.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_makes_its_own_id_is_followed_under_that(bool eventsFirst)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { IgnoreClientPromptId = true });
        if (eventsFirst)
        {
            scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        }

        Task<ComfyUIJob> running = RunAsync(scene);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Finished.Count == 1);
        ComfyUIJob job = await scene.ReleaseUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal([job.Id], scene.Server.Jobs.Finished);

        // Once, whether it has the prompt under the id that we chose: then its answer would be that to somebody else.
        Assert.Equal(1, scene.Count("GET", "/queue"));
    }

    [Fact]
    public async Task Cancelling_while_the_prompt_is_on_its_way_stops_it_where_it_arrived()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.RunningAsync();
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.ReleaseUntilAsync(running));
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        Assert.Equal(1, scene.Count("POST", "/interrupt"));
    }

    [Fact]
    public async Task Cancelling_while_no_answer_comes_looks_for_the_job_and_stops_it()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("POST", "^/prompt", FaultMoment.After);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.RunningAsync();
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    private static Task<ComfyUIJob> RunAsync(Scene scene) => scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

    private static void Fail(Scene scene, int? status, FaultMoment when)
    {
        if (status is { } code)
        {
            scene.Server.Faults.Respond("POST", "^/prompt", code, when: when);
        }
        else
        {
            scene.Server.Faults.Drop("POST", "^/prompt", when);
        }
    }
}
