using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Jobs are found by their id wherever they are, whoever handed them in.</summary>
public sealed class ListingTests
{
    [Fact]
    public async Task Jobs_are_listed_running_first_then_waiting_in_order_then_finished_newest_first()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob first = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob second = await scene.Session.Jobs.RunAsync(Graphs.Failing(2), cancellationToken: Scene.Cancel);
        ComfyUIJob running = await SubmitAsync(scene, Graphs.Slow(60, 600));
        await scene.RunningAsync(running.Id);
        var waiting = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            waiting.Add((await SubmitAsync(scene, Graphs.Picture(10 + i))).Id);
        }

        IReadOnlyList<ComfyUIJob> jobs = await scene.Session.Jobs.ListAsync(cancellationToken: Scene.Cancel);

        Assert.Equal([running.Id, .. waiting, second.Id, first.Id], jobs.Select(job => job.Id));
        Assert.Equal([ComfyUIJobStatus.Running, ComfyUIJobStatus.Pending], jobs.Take(2).Select(job => job.Status));
        Assert.Equal([ComfyUIJobStatus.Failed, ComfyUIJobStatus.Completed], jobs.Skip(13).Select(job => job.Status));
        Assert.Equal(Enumerable.Range(1, 12), jobs.Skip(1).Take(12).Select(job => job.QueuePosition!.Value));
        Assert.Equal(14, (await scene.Session.Jobs.ListAsync(1, Scene.Cancel)).Count);
    }

    [Fact]
    public async Task A_job_is_found_in_queue_and_history_and_an_unknown_one_is_an_error()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob done = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob running = await SubmitAsync(scene, Graphs.Slow(60, 600));
        ComfyUIJob pending = await SubmitAsync(scene, Graphs.Picture(2));
        await scene.RunningAsync(running.Id);

        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Session.Jobs.GetAsync(done.Id, Scene.Cancel)).Status);
        Assert.Equal(ComfyUIJobStatus.Running, (await scene.Session.Jobs.GetAsync(running.Id, Scene.Cancel)).Status);
        ComfyUIJob waiting = await scene.Session.Jobs.GetAsync(pending.Id, Scene.Cancel);
        Assert.Equal((ComfyUIJobStatus.Pending, 1), (waiting.Status, waiting.QueuePosition));
        var error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Jobs.GetAsync("a/b?c", Scene.Cancel));
        Assert.Equal((ComfyUIErrorId.JobNotFound, "a/b?c"), (error.ErrorId, error.PromptId));
    }

    [Fact]
    public async Task Another_session_can_wait_for_the_job_and_again_when_it_is_over()
    {
        await using Scene scene = await Scene.StartAsync();
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(0.3, 3));

        ComfyUIJob first = await other.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);
        ComfyUIJob second = await other.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);
        ComfyUIJob own = await scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel);

        Assert.All([first, second, own], ended => Assert.Equal((job.Id, ComfyUIJobStatus.Completed), (ended.Id, ended.Status)));
    }

    [Fact]
    public async Task Waiting_for_an_unknown_job_is_an_error()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);

        var error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Clock.PassUntilAsync(scene.Session.Jobs.WaitAsync("nobody knows", cancellationToken: Scene.Cancel)));

        Assert.Equal(ComfyUIErrorId.JobNotFound, error.ErrorId);
    }

    [Fact]
    public async Task Two_who_wait_for_one_job_both_get_it()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(0.2, 2));

        ComfyUIJob[] ended = await Task.WhenAll(
            scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel), scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel));

        Assert.All(ended, item => Assert.Equal(ComfyUIJobStatus.Completed, item.Status));
    }

    private static Task<ComfyUIJob> SubmitAsync(Scene scene, ComfyUIWorkflow workflow)
        => scene.Session.Jobs.SubmitAsync(workflow, cancellationToken: Scene.Cancel);
}
