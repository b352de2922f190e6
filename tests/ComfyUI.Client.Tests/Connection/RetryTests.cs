using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>What is tried again, how often, and after how long.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_get_is_made_again_after_a_status_that_may_pass(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/queue", status, times: 2);

        IReadOnlyList<ComfyUIJob> jobs = await scene.Clock.PassUntilAsync(scene.Session.Jobs.ListAsync(0, Scene.Cancel));

        Assert.Empty(jobs);
        Assert.Equal(3, scene.Count("GET", "/queue"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task A_status_that_will_not_pass_is_reported_at_once(int status)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/queue", status);

        await Assert.ThrowsAnyAsync<ComfyUIException>(() => scene.Session.Jobs.ListAsync(0, Scene.Cancel));

        Assert.Equal(1, scene.Count("GET", "/queue"));
    }

    [Fact]
    public async Task A_get_is_tried_five_times_in_all()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/queue", 503);

        await Assert.ThrowsAsync<ComfyUIServerException>(() => scene.Clock.PassUntilAsync(scene.Session.Jobs.ListAsync(0, Scene.Cancel)));

        Assert.Equal(5, scene.Count("GET", "/queue"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retry_After_is_waited_for_to_the_second(bool asDate)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        string value = asDate ? scene.Clock.GetUtcNow().AddSeconds(60).ToString("R") : "60";
        scene.Server.Faults.Respond("GET", "^/queue", 429, times: 1, headers: new Dictionary<string, string> { ["Retry-After"] = value });
        var traces = new List<ComfyUIRequestTrace>();
        using IDisposable observing = scene.Session.ObserveRequests(traces.Add);

        Task<IReadOnlyList<ComfyUIJob>> listing = scene.Session.Jobs.ListAsync(0, Scene.Cancel);
        await Eventually.TrueAsync(() => traces.Count == 1);
        Assert.Equal(TimeSpan.FromSeconds(60), traces[0].RetryAfter);
        await Eventually.TrueAsync(() => scene.Clock.IsAwaited);
        scene.Clock.Advance(TimeSpan.FromSeconds(59.9));
        await scene.Session.CheckAsync(Scene.Cancel);
        Assert.Equal(1, scene.Count("GET", "/queue"));
        scene.Clock.Advance(TimeSpan.FromSeconds(0.2));
        await listing;

        Assert.Equal(2, scene.Count("GET", "/queue"));
    }

    [Fact]
    public async Task A_server_that_asks_for_more_than_two_minutes_is_not_waited_for()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/queue", 503, headers: new Dictionary<string, string> { ["Retry-After"] = "3600" });

        await Assert.ThrowsAsync<ComfyUIServerException>(() => scene.Session.Jobs.ListAsync(0, Scene.Cancel));

        Assert.Equal(1, scene.Count("GET", "/queue"));
    }

    [Theory]
    [InlineData("POST", 503, 1)]
    [InlineData("POST", 408, 1)]
    [InlineData("PATCH", 502, 1)]
    [InlineData("POST", 429, 2)]
    [InlineData("PUT", 503, 2)]
    [InlineData("DELETE", 503, 2)]
    public async Task What_may_not_happen_twice_is_made_again_only_when_it_was_not_taken(string method, int status, int expected)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond(method, "^/anything", status, times: 1);
        scene.Server.Faults.Respond(method, "^/anything", 200);

        Exception? error = await Record.ExceptionAsync(() => scene.Clock.PassUntilAsync(
            scene.Session.Server.RequestAsync(new HttpMethod(method), "/anything", static () => new StringContent("{}"), Scene.Cancel)));

        Assert.Equal(expected, scene.Count(method, "/anything"));
        Assert.Equal(expected == 1, error is ComfyUIException);
    }

    [Fact]
    public async Task A_post_that_never_arrived_is_made_again()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await scene.Server.StopAsync(Scene.Cancel);
        var failures = 0;
        using IDisposable observing = scene.Session.ObserveRequests(_ => failures++);

        Task<ComfyUIResponse> posting = scene.Session.Server.RequestAsync(HttpMethod.Post, "/free", static () => new StringContent("{}"), Scene.Cancel);
        await Eventually.TrueAsync(() => failures == 1);
        await scene.Server.ResumeAsync(Scene.Cancel);
        await scene.Clock.PassUntilAsync(posting);

        Assert.Equal(1, scene.Count("POST", "/free"));
    }

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_not_made_again()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Drop("POST", "^/free", FaultMoment.After);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(
            () => scene.Session.Server.RequestAsync(HttpMethod.Post, "/free", static () => new StringContent("{}"), Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.ConnectionLost, error.ErrorId);
        Assert.Equal(1, scene.Count("POST", "/free"));
    }

    [Fact]
    public async Task A_wait_for_the_next_try_ends_when_it_is_cancelled_or_the_session_is_closed()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/queue", 503);
        using var cancel = System.Threading.CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

        Task<IReadOnlyList<ComfyUIJob>> cancelled = scene.Session.Jobs.ListAsync(0, cancel.Token);
        Task<IReadOnlyList<ComfyUIJob>> closed = scene.Session.Jobs.ListAsync(0, Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Server.Requests.Count(request => request.Status == 503) == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        scene.Session.Dispose();

        Assert.Equal(ComfyUIErrorId.SessionClosed, (await Assert.ThrowsAsync<ComfyUIConnectionException>(() => closed)).ErrorId);
    }

    [Fact]
    public void The_wait_doubles_with_jitter_and_has_an_end()
    {
        var random = new Random(1);
        for (int attempt = 2; attempt < 100; attempt++)
        {
            double longest = Math.Min(300 * Math.Pow(2, attempt - 2), 10_000);
            double wait = RetryPolicy.Backoff(attempt, random).TotalMilliseconds;
            Assert.InRange(wait, longest * 2 / 3, longest);
        }
    }
}
