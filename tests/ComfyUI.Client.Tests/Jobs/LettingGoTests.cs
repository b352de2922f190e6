using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>A session that goes on for weeks keeps nothing of the jobs that are over.</summary>
public sealed class LettingGoTests
{
    [Fact]
    public async Task Of_runs_that_end_are_cancelled_or_take_too_long_nothing_is_kept()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Session.Jobs.RunAsync(Graphs.Failing(1), cancellationToken: Scene.Cancel);

        Task<ComfyUIJob> cancelled = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        await scene.UnderWayAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Clock.PassUntilAsync(cancelled));
        await Eventually.TrueAsync(() => scene.Server.Jobs.Running.Count == 0);

        Task<ComfyUIJob> late = scene.Session.Jobs.RunAsync(
            Graphs.Slow(60, 600, seed: 2), new ComfyUIRunOptions { Timeout = TimeSpan.FromHours(1) }, cancellationToken: Scene.Cancel);
        await scene.UnderWayAsync();
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ComfyUIErrorId.RunTimeout, (await scene.Clock.PassUntilAsync(late)).Error!.ErrorId);

        Assert.Equal(0, scene.Session.Jobs.TrackedCount);
    }

    [Fact]
    public async Task Of_jobs_of_others_that_are_no_longer_waited_for_nothing_is_kept()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        ComfyUIJob job = await other.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> waiting = scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: enough.Token);
        Task<ComfyUIJob> watching = scene.Session.Jobs.WatchAsync(job.Id, _ => { }, cancellationToken: enough.Token);
        await Eventually.TrueAsync(() => scene.Session.Jobs.TrackedCount == 1);

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        await Eventually.TrueAsync(() => scene.Session.Jobs.TrackedCount == 0);
    }

    [Fact]
    public void Jobs_that_are_handed_in_and_never_waited_for_are_bounded()
    {
        using var tracker = new JobTracker(null!, new TaskWatch(new FakeClock()), (_, _) => { });
        for (int i = 0; i < 10_000; i++)
        {
            string id = JsonAccess.Invariant(i);
            TrackedJob job = tracker.Register(id, null, 0, null);
            tracker.Accepted(job, new PromptAccepted(id, i, []));
            tracker.FindOrFollow("other " + id);
        }

        Assert.InRange(tracker.Count, 1, JobTracker.MostTracked);
        Assert.NotNull(tracker.Find("9999"));
    }
}
