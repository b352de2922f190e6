using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What a run tells while it is on its way.</summary>
public sealed class ProgressTests : IProgress<ComfyUIProgress>
{
    private readonly ConcurrentQueue<ComfyUIProgress> _reports = [];

    void IProgress<ComfyUIProgress>.Report(ComfyUIProgress value) => _reports.Enqueue(value);

    [Fact]
    public async Task A_run_tells_its_node_step_and_a_percentage_that_never_goes_down()
    {
        await using Scene scene = await Scene.StartAsync();

        await scene.Session.Jobs.RunAsync(Graphs.Slow(1.5, 5), progress: this, cancellationToken: Scene.Cancel);

        ComfyUIProgress[] steps = [.. _reports.Where(report => report.Step is not null)];
        Assert.NotEmpty(steps);
        Assert.All(steps, report => Assert.Equal(("2", "A slow node", 5, "slow.json", ComfyUIJobStatus.Running), (report.NodeId, report.NodeTitle, report.Steps, report.Workflow, report.Status)));
        double[] percents = [.. _reports.Select(report => report.Percent)];
        Assert.Equal(percents.Order(), percents);
        Assert.InRange(percents[^1], 1, 100);
    }

    [Fact]
    public async Task A_job_that_waits_tells_how_many_are_before_it()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        for (int i = 0; i < 3; i++)
        {
            await scene.Session.Jobs.SubmitAsync(Graphs.Picture(i), cancellationToken: Scene.Cancel);
        }

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Picture(9), progress: this, cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => _reports.Any(report => report.QueuePosition == 3));
        Assert.Equal(ComfyUIJobStatus.Pending, _reports.Last().Status);
        scene.Server.Jobs.Resume();

        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Clock.PassUntilAsync(running)).Status);
    }

    [Fact]
    public async Task There_are_at_most_five_reports_a_second()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Jobs.Pause();
        var times = new List<DateTimeOffset>();

        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(0.2, 200), progress: new Timed(times, scene.Clock), cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Jobs.Pending.Count == 1);
        scene.Server.Jobs.Resume();
        await scene.Clock.PassUntilAsync(running, 0.05);

        Assert.NotEmpty(times);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(0.2)));
    }

    [Fact]
    public void Nodes_weigh_by_their_steps_and_cached_ones_count_as_done()
    {
        var clock = new FakeClock();
        var job = new TrackedJob("id", new TaskWatch(clock), ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "Load", "inputs": {} },
              "2": { "class_type": "Sample", "inputs": { "steps": 17 } },
              "3": { "class_type": "Save", "inputs": {} }
            }
            """));

        Assert.Equal(0, After(new ExecutionStartEvent("id", null)).Percent);
        Assert.Equal(5, After(new ExecutionCachedEvent("id", ["1"])).Percent);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(5, After(new ExecutingEvent("id", "2", "2")).Percent);
        ComfyUIProgress half = After(new ProgressEvent("id", "2", 8.5, 17));
        Assert.Equal((50, 8, 17, "Sample"), (half.Percent, half.Step, half.Steps, half.NodeTitle));
        Assert.Equal(TimeSpan.FromSeconds(3), half.Elapsed);
        Assert.NotNull(half.Remaining);
        Assert.Equal(50, After(new ProgressEvent("id", "2", 1, 17)).Percent);
        Assert.Equal(95, After(new ExecutingEvent("id", "3", "3")).Percent);
        ComfyUIProgress end = After(new ProgressStateEvent("id", [new NodeState("3", false, true, 1, 1)]));
        Assert.Equal(100, end.Percent);
        Assert.Null(end.Remaining);

        ComfyUIProgress After(ServerEvent received)
        {
            job.Apply(received);
            return job.Progress.Snapshot(job);
        }
    }

    [Theory]
    [InlineData(double.NaN, 10)]
    [InlineData(5, double.NaN)]
    [InlineData(5, 0)]
    [InlineData(-5, -1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1e300, 10)]
    public void Nonsense_of_a_node_gives_no_nonsense(double value, double maximum)
    {
        var job = new TrackedJob("id", new TaskWatch(new FakeClock()), Graphs.Picture(1));

        job.Apply(new ProgressEvent("id", "1", value, maximum));

        Assert.InRange(job.Progress.Snapshot(job).Percent, 0, 100);
    }

    private sealed class Timed(List<DateTimeOffset> times, FakeClock clock) : IProgress<ComfyUIProgress>
    {
        public void Report(ComfyUIProgress value) => times.Add(clock.GetUtcNow());
    }
}
