using System;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Answers that bring a byte now and then: always alive, and never there.</summary>
public sealed class SlowAnswerTests
{
    [Fact]
    public void Who_sets_no_limit_has_none()
    {
        using var limit = new ProgressTimeout(Timeout.InfiniteTimeSpan, default, default);

        limit.Received(1);
        limit.Received(1);

        Assert.False(limit.IsExpired);
    }

    [Theory]
    [InlineData(200, ComfyUIErrorId.RequestTimeout)]
    [InlineData(500, ComfyUIErrorId.ServerError)]
    [InlineData(404, ComfyUIErrorId.NotFound)]
    public async Task An_answer_that_trickles_without_end_is_an_error(int status, string id)
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Trickle("GET", "^/queue", status: status);

        ComfyUIException error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => scene.Session.Jobs.ListAsync(0, Scene.Cancel)).WaitAsync(Patience, Scene.Cancel);

        Assert.Equal(id, error.ErrorId);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Theory]
    [InlineData("GET", "^/queue", false)]
    [InlineData("GET", "^/history", false)]
    [InlineData("GET", "^/history", true)]
    [InlineData("POST", "^/prompt", true)]
    [InlineData("GET", "^/object_info", true)]
    public async Task A_trickling_answer_does_not_lose_a_job(string method, string path, bool hasSocket)
    {
        await using Scene scene = await StartAsync();
        if (!hasSocket)
        {
            scene.Server.Faults.Respond("GET", "^/ws", 403);
        }

        scene.Server.Faults.Trickle(method, path, FaultMoment.After, times: 1);

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Slow(0.5, 10), scene.Saving, cancellationToken: Scene.Cancel), 0.05);

        Assert.Equal((ComfyUIJobStatus.Completed, null), (job.Status, job.Error));
        Assert.Single(job.Files);
        Assert.Equal(1, scene.Server.Jobs.Submitted);
    }

    [Fact]
    public async Task An_answer_that_trickles_for_good_leaves_the_job_unknown_and_names_it()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        scene.Server.Faults.Trickle("GET", "^/(queue|history)");

        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel), 1);

        Assert.Equal(ComfyUIJobStatus.Unknown, job.Status);
        Assert.Equal(ComfyUIErrorId.RequestTimeout, Assert.IsType<ComfyUITimeoutException>(job.Error!.InnerException).ErrorId);
        Assert.Contains(job.Id, job.Error.RecommendedAction);
    }

    [Theory]
    [InlineData(42, 100)]
    [InlineData(20_700_000, 20_000)]
    public void A_large_answer_may_take_long_over_a_slow_line(long bytes, double seconds)
        => Assert.InRange(ProgressTimeout.MostFor(bytes, TimeSpan.FromSeconds(100)).TotalSeconds, seconds, seconds + 1000);

    private static TimeSpan Patience => TimeSpan.FromSeconds(60);

    private static Task<Scene> StartAsync() => Scene.StartAsync(
        null, static (uri, clock) => new ComfyUIConnectionOptions { BaseUri = uri, Clock = clock, Timeout = TimeSpan.FromSeconds(1) });
}
