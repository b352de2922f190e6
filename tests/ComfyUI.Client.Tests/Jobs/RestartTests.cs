using System;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What becomes of jobs whose server restarts, forgets or is tidied by others: each ends once, for the true reason.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_waited_at_a_restart_is_lost(bool withSocket)
    {
        await using Scene scene = await StartAsync(withSocket);
        scene.Server.Jobs.Pause();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Pending.Count == 1 && scene.Session.Jobs.IsOwn(scene.Server.Jobs.Pending[0]));

        await scene.Server.RestartAsync(Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal((ComfyUIJobStatus.Lost, ComfyUIErrorId.JobLost), (job.Status, job.Error!.ErrorId));
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_job_that_was_done_at_a_restart_is_done_when_its_events_said_so()
    {
        await using Scene scene = await StartAsync(withSocket: true);
        scene.Server.Faults.Hold("GET", "^/history/");
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Requests.Any(request => request.Path.StartsWith("/history/", StringComparison.Ordinal)));

        await scene.Server.RestartAsync(Scene.Cancel);
        scene.Server.Faults.Clear();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
    }

    [Fact]
    public async Task A_job_that_was_done_at_a_restart_is_lost_when_nobody_could_hear_it()
    {
        await using Scene scene = await StartAsync(withSocket: false);
        ComfyUIJob submitted = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Server.Jobs.WhenFinishedAsync(submitted.Id, Scene.Cancel);

        await scene.Server.RestartAsync(Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.WaitAsync(submitted.Id, cancellationToken: Scene.Cancel));

        Assert.Equal((ComfyUIJobStatus.Lost, ComfyUIErrorId.JobLost), (job.Status, job.Error!.ErrorId));
        Assert.Contains("output folder", job.Error.RecommendedAction);
    }

    [Fact]
    public async Task A_job_whose_history_is_evicted_before_it_is_read_is_lost_when_nobody_could_hear_it()
    {
        await using Scene scene = await StartAsync(withSocket: false);
        scene.Server.Jobs.Pause();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => scene.Count("GET", "/queue") > 1);
        scene.Server.Faults.Respond("GET", "^/history/", 200, body: "{}", contentType: "application/json");

        scene.Server.Jobs.Resume();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal((ComfyUIJobStatus.Lost, ComfyUIErrorId.JobLost), (job.Status, job.Error!.ErrorId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_another_client_clears_the_queue_each_waiting_job_is_lost_and_the_running_one_goes_on(bool withSocket)
    {
        await using Scene scene = await StartAsync(withSocket);
        Task<ComfyUIJob> first = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();
        Task<ComfyUIJob>[] waiting = [.. Enumerable.Range(0, 5).Select(i => scene.Session.Jobs.RunAsync(Graphs.Picture(i), cancellationToken: Scene.Cancel))];
        await Eventually.TrueAsync(() => scene.Server.Jobs.Pending.Count == 5 && scene.Server.Jobs.Pending.All(scene.Session.Jobs.IsOwn));

        foreach (string pending in scene.Server.Jobs.Pending)
        {
            scene.Server.Jobs.RemovePending(pending);
        }

        ComfyUIJob[] lost = await scene.Clock.PassUntilAsync(Task.WhenAll(waiting), 1);
        Assert.All(lost, job => Assert.Equal((ComfyUIJobStatus.Lost, ComfyUIErrorId.JobLost), (job.Status, job.Error!.ErrorId)));
        Assert.Equal((false, id), (first.IsCompleted, scene.Server.Jobs.Running.Single()));
        scene.Server.Jobs.Interrupt();
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Clock.PassUntilAsync(first)).Status);
    }

    private static async Task<Scene> StartAsync(bool withSocket)
    {
        Scene scene = await Scene.StartAsync(fakeClock: true);
        if (!withSocket)
        {
            scene.Server.Faults.Respond("GET", "^/ws", 403);
        }

        return scene;
    }
}
