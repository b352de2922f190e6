using System;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Jobs that the server loses, and servers that are lost.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task A_job_that_a_restart_forgot_is_lost_and_named()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();

        await scene.Server.RestartAsync(Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Lost, job.Status);
        var error = Assert.IsType<ComfyUINotFoundException>(job.Error);
        Assert.Equal((ComfyUIErrorId.JobLost, id), (error.ErrorId, error.PromptId));
        Assert.Contains(id, error.Message);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Fact]
    public async Task A_job_that_another_client_takes_from_the_queue_is_lost()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        ComfyUIJob submitted = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(submitted.Id, cancellationToken: Scene.Cancel);

        scene.Server.Jobs.RemovePending(submitted.Id);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(waiting, 1);

        Assert.Equal((ComfyUIJobStatus.Lost, ComfyUIErrorId.JobLost), (job.Status, job.Error!.ErrorId));
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_while_does_not_end_the_wait()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        ComfyUIJob submitted = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(submitted.Id, cancellationToken: Scene.Cancel);

        scene.Server.Faults.Respond("GET", "^/(queue|history)", 502);
        scene.Server.DropSockets();
        int asked = 0;
        await scene.Clock.PassUntilAsync(() => (asked = scene.Count("GET", "/queue")) >= 20);
        scene.Server.Faults.Clear();
        scene.Server.Jobs.Resume();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(waiting);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
    }

    [Fact]
    public async Task A_server_that_is_gone_for_good_leaves_the_job_unknown_after_a_minute()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();
        DateTimeOffset began = scene.Clock.GetUtcNow();

        await scene.Server.StopAsync(Scene.Cancel);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running, 1);

        Assert.Equal(ComfyUIJobStatus.Unknown, job.Status);
        var error = Assert.IsType<ComfyUIConnectionException>(job.Error);
        Assert.Equal((ComfyUIErrorId.ConnectionFailed, id), (error.ErrorId, error.PromptId));
        Assert.Contains("Get-ComfyUIJob -Id " + id, error.RecommendedAction);
        Assert.True(scene.Clock.GetUtcNow() - began >= TimeSpan.FromMinutes(1));
        await scene.Server.ResumeAsync(Scene.Cancel);
    }

    [Fact]
    public async Task A_server_that_wants_other_credentials_in_the_middle_leaves_the_job_unknown()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();

        scene.Server.Faults.Respond("GET", "^/queue", 401);
        scene.Server.DropSockets();
        ComfyUIJob job = await scene.Clock.PassUntilAsync(running);

        Assert.Equal(ComfyUIJobStatus.Unknown, job.Status);
        Assert.IsType<ComfyUIAuthenticationException>(job.Error);
    }

    [Fact]
    public async Task A_session_that_is_closed_in_the_middle_ends_its_runs_and_leaves_the_job_alone()
    {
        await using Scene scene = await Scene.StartAsync();
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        string id = await scene.UnderWayAsync();

        scene.Session.Dispose();
        ComfyUIJob job = await running;

        Assert.Equal((id, ComfyUIJobStatus.Unknown, ComfyUIErrorId.SessionClosed), (job.Id, job.Status, job.Error!.ErrorId));
        Assert.Equal([id], scene.Server.Jobs.Running);
        await Eventually.TrueAsync(() => scene.Server.OpenSockets == 0);
    }

    [Fact]
    public async Task A_session_that_is_closed_says_so_to_whatever_it_is_asked()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Session.Dispose();
        scene.Session.Dispose();
        Func<Task>[] questions =
        [
            () => scene.Session.CheckAsync(Scene.Cancel),
            () => scene.Session.Server.GetStatusAsync(Scene.Cancel),
            () => scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel),
            () => scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel),
            () => scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel),
            () => scene.Session.Jobs.GetAsync(job.Id, Scene.Cancel),
            () => scene.Session.Jobs.ListAsync(cancellationToken: Scene.Cancel),
            () => scene.Session.Jobs.StopAsync(job.Id, Scene.Cancel),
            () => scene.Session.Outputs.SaveAsync(job.Outputs[0], new ComfyUISaveOptions { Folder = scene.Folder.FullName }, Scene.Cancel),
        ];

        Assert.True(scene.Session.IsClosed);
        foreach (Func<Task> question in questions)
        {
            Assert.Equal(ComfyUIErrorId.SessionClosed, (await Assert.ThrowsAsync<ComfyUIConnectionException>(question)).ErrorId);
        }
    }
}
