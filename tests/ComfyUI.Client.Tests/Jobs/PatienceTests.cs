using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>How long a run waits for a server that does not tell, and that it does end.</summary>
public sealed class PatienceTests
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(302)]
    [InlineData(404)]
    public async Task A_refusal_that_passes_in_the_middle_does_not_end_the_run(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(2, 20), scene.Saving, cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();

        scene.Server.Faults.Respond("GET", "^/(queue|history)", status, times: 3, headers: new Dictionary<string, string> { ["Location"] = "http://login.invalid/" });
        scene.Server.DropSockets();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running, 0.05);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Single(job.Files);
    }

    [Theory]
    [InlineData("^/queue")]
    [InlineData("^/history")]
    public async Task A_refusal_after_a_bad_gateway_has_no_less_patience_than_the_gateway_has(string path)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", path, 502, times: 5 * RetryPolicy.MaxAttempts);
        scene.Server.Faults.Respond("GET", path, 401, times: 2, skip: 5 * RetryPolicy.MaxAttempts);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(302)]
    public async Task A_refusal_that_stays_leaves_the_job_unknown_and_names_it(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();

        scene.Server.Faults.Respond("GET", "^/queue", status, headers: new Dictionary<string, string> { ["Location"] = "http://login.invalid/" });
        scene.Server.DropSockets();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal((id, ComfyUIJobStatus.Unknown), (job.Id, job.Status));
        Assert.Equal((id, status), (job.Error!.PromptId, job.Error.StatusCode));
        Assert.Contains("Get-ComfyUIJob -Id " + id, job.Error.RecommendedAction);
        Assert.InRange(scene.Count("GET", "/queue"), 2, 20);
    }

    [Fact]
    public async Task A_job_whose_history_never_comes_ends_unknown_although_other_questions_are_answered()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        ComfyUIJob stuck = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Server.Jobs.WhenFinishedAsync(stuck.Id, Scene.Cancel);
        scene.Server.Faults.Respond("GET", "^/history/" + stuck.Id, 500);
        scene.Server.Jobs.Pause();
        ComfyUIJob waits = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> other = scene.Session.Jobs.WaitAsync(waits.Id, cancellationToken: Scene.Cancel);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.WaitAsync(stuck.Id, cancellationToken: Scene.Cancel), 1);

        Assert.Equal((ComfyUIJobStatus.Unknown, 500), (job.Status, job.Error!.StatusCode));
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_is_not_needed_when_the_events_told_everything()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/history/", 500);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 1);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
    }

    [Fact]
    public async Task What_a_cache_still_shows_for_seconds_does_not_lose_a_job()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", "^/queue", 200, times: 4, body: """{ "queue_running": [], "queue_pending": [] }""", contentType: "application/json");
        scene.Server.Faults.Respond("GET", "^/history/", 200, times: 4, body: "{}", contentType: "application/json");

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Slow(1, 10), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
        Assert.All(
            scene.Server.Requests.Find("GET", "/queue").Concat(scene.Server.Requests.Find("GET", "/history/" + job.Id)),
            request => Assert.Equal("no-cache", request.Headers["Cache-Control"]));
    }

    [Fact]
    public async Task A_cache_that_heeds_nothing_and_never_forgets_does_not_lose_a_job()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", "^/queue$", 200, body: """{ "queue_running": [], "queue_pending": [] }""", contentType: "application/json");
        scene.Server.Faults.Respond("GET", "^/history/[^?]*$", 200, body: "{}", contentType: "application/json");
        scene.Server.Faults.Respond("POST", "^/prompt", 502, times: 1, when: FaultMoment.After);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Slow(1, 10), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_proxys_bad_gateway_before_stale_answers_is_no_sign_that_the_server_was_away()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", "^/queue", 502, times: RetryPolicy.MaxAttempts);
        scene.Server.Faults.Respond(
            "GET", "^/queue", 200, times: 4, body: """{ "queue_running": [], "queue_pending": [] }""", contentType: "application/json", skip: RetryPolicy.MaxAttempts);
        scene.Server.Faults.Respond("GET", "^/history/", 200, times: 4, body: "{}", contentType: "application/json");

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
    }

    [Theory]
    [InlineData("POST", "^/prompt")]
    [InlineData("GET", "^/history")]
    [InlineData("GET", "^/view")]
    public async Task An_answer_that_takes_longer_than_a_request_may_does_not_lose_a_job(string method, string path)
    {
        await using Scene scene = await Scene.StartAsync(
            null, static (uri, clock) => new ComfyUIConnectionOptions { BaseUri = uri, Clock = clock, Timeout = TimeSpan.FromSeconds(2) });
        scene.Server.Faults.Hold(method, path, FaultMoment.After, times: 1);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_prompt_without_an_answer_is_looked_for_until_the_server_is_back()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Drop("POST", "^/prompt", FaultMoment.After);
        scene.Server.Faults.Respond("GET", "^/(ws|queue|history)", 502);
        DateTimeOffset began = scene.Clock.GetUtcNow();

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => scene.Clock.GetUtcNow() - began > TimeSpan.FromSeconds(40) && scene.Count("GET", "/queue") > 10);
        scene.Server.Faults.Clear();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_prompt_without_an_answer_is_looked_for_beyond_a_slip_of_a_proxy_that_fails()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Drop("POST", "^/prompt", FaultMoment.After);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Respond("GET", "^/queue", 502, times: 6 * RetryPolicy.MaxAttempts);
        scene.Server.Faults.Respond(
            "GET", "^/queue", 302, times: 1, headers: new Dictionary<string, string> { ["Location"] = "http://login.invalid/" }, skip: 6 * RetryPolicy.MaxAttempts);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel));

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task A_prompt_without_an_answer_and_a_server_that_stays_away_are_told_apart_from_one_that_is_not_listed()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Drop("POST", "^/prompt", FaultMoment.After);
        scene.Server.Faults.Respond("GET", "^/(ws|queue)", 502);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(
            () => scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel), 1));

        Assert.Equal(ComfyUIErrorId.SubmissionUnknown, error.ErrorId);
        Assert.Contains("could not be asked", error.Message);
        Assert.DoesNotContain("in neither queue nor history", error.Message);
    }

    [Fact]
    public async Task An_answer_that_names_another_job_is_none()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob first = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Server.Faults.Respond(
            "POST", "^/prompt", 200, body: $$"""{ "prompt_id": "{{first.Id}}", "number": 0, "node_errors": { } }""", contentType: "application/json", when: FaultMoment.After);

        ComfyUIJob second = await scene.Session.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal([first.Id, second.Id], scene.Server.Jobs.Finished);
    }

    [Fact]
    public async Task An_answer_that_names_a_job_of_somebody_else_is_none_either()
    {
        await using Scene scene = await Scene.StartAsync();
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        ComfyUIJob foreign = await other.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Server.Faults.Respond(
            "POST", "^/prompt", 200, body: $$"""{ "prompt_id": "{{foreign.Id}}", "number": 0, "node_errors": { } }""", contentType: "application/json", when: FaultMoment.After);

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);

        Assert.NotEqual(foreign.Id, job.Id);
        Assert.Equal([foreign.Id, job.Id], scene.Server.Jobs.Finished);
    }

    [Fact]
    public async Task A_job_of_many_hours_is_waited_for_and_the_queue_is_not_asked_more_often_than_silence_asks_for()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        DateTimeOffset began = scene.Clock.GetUtcNow();

        await scene.Clock.PassUntilAsync(() => scene.Clock.GetUtcNow() - began > TimeSpan.FromHours(10), 60);
        Assert.False(running.IsCompleted);
        Assert.InRange(scene.Count("GET", "/queue"), 1, 10 * 60 * 60 / 15);
        scene.Server.Jobs.Interrupt();

        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(running)).Status);
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public async Task A_clock_that_is_set_in_the_middle_changes_nothing(double days)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Jobs.Pause();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Picture(1), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(1) }, cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/queue") > 2);

        scene.Clock.Jump(TimeSpan.FromDays(days));
        int asked = scene.Count("GET", "/queue");
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/queue") > asked + 2);
        Assert.False(running.IsCompleted);
        scene.Server.Jobs.Resume();

        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Clock.PassUntilAsync(running)).Status);
    }

    [Fact]
    public async Task A_file_is_asked_for_longer_than_a_request_is_tried()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/view", 502, times: 3 * RetryPolicy.MaxAttempts);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel));

        Assert.Null(job.Error);
        Assert.Single(job.Files);
    }

    [Fact]
    public async Task A_file_that_never_comes_leaves_the_job_done_and_says_so()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/view", 502);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel));

        Assert.Equal((ComfyUIJobStatus.Completed, ComfyUIErrorId.ServerError), (job.Status, job.Error!.ErrorId));
        Assert.Empty(job.Files);
        Assert.Empty(Directory.GetFileSystemEntries(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_run_whose_time_is_up_over_its_files_is_done_and_says_how_to_get_them()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Hold("GET", "^/view");
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(
            Graphs.Picture(1), new ComfyUIRunOptions { Timeout = TimeSpan.FromMinutes(5), Save = scene.Saving.Save }, cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Requests.Any(request => request.Path.StartsWith("/view", StringComparison.Ordinal)));

        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        ComfyUIJob job = await running;

        Assert.Equal((ComfyUIJobStatus.Completed, ComfyUIErrorId.RunTimeout), (job.Status, job.Error!.ErrorId));
        Assert.Contains("Save-ComfyUIOutput -Id " + job.Id, job.Error.RecommendedAction);
        Assert.Empty(Directory.GetFileSystemEntries(scene.Folder.FullName));
        Assert.Equal(0, scene.Count("POST", "/interrupt") + scene.Count("POST", "/queue"));
    }

    [Fact]
    public async Task Cancelling_while_a_run_begins_hands_in_nothing()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("GET", "^/ws");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: cancel.Token);
        await Eventually.TrueAsync(() => scene.Count("GET", "/ws") == 1);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: cancel.Token));
        Assert.Equal(0, scene.Count("POST", "/prompt"));
        Assert.True(scene.Session.Jobs.IsIdle);
    }

    [Fact]
    public async Task The_place_that_is_shown_settles_at_no_better_than_the_true_one_when_several_jobs_are_handed_in_at_once()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        var places = new ConcurrentDictionary<string, int?>();
        Task<ComfyUIJob>[] running = [.. Enumerable.Range(0, 8).Select(i => scene.Session.Jobs.RunAsync(Graphs.Picture(i), progress: new Places(places), cancellationToken: Scene.Cancel))];
        await Eventually.TrueAsync(() => scene.Server.Jobs.Pending.Count == running.Length && scene.Server.Jobs.Pending.All(scene.Session.Jobs.IsOwn));

        await scene.Clock.PassUntilAsync(() => !scene.Server.Jobs.Pending.Where((id, place) => !(places.GetValueOrDefault(id) >= place)).Any(), 0.05);
        Assert.All(places.Values, place => Assert.InRange(place ?? 0, 0, running.Length));

        scene.Server.Jobs.Resume();
        await scene.Clock.PassUntilAsync(Task.WhenAll(running), 0.05);
    }

    [Fact]
    public void Only_a_failure_to_connect_proves_that_nothing_was_sent()
    {
        var unreachable = new SocketException((int)SocketError.HostUnreachable);

        Assert.True(RequestErrors.NeverArrived(new HttpRequestException("no route", unreachable)));
        Assert.False(RequestErrors.NeverArrived(new HttpRequestException("broke", new IOException("read failed", unreachable))));
        Assert.False(RequestErrors.NeverArrived(new HttpRequestException("broke", new IOException("reset", new SocketException((int)SocketError.ConnectionReset)))));
    }

    private sealed class Places(ConcurrentDictionary<string, int?> places) : IProgress<ComfyUIProgress>
    {
        public void Report(ComfyUIProgress value) => places[value.PromptId] = value.QueuePosition;
    }
}
