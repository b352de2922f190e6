using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What is told of a job while it goes on; its end is told whatever becomes of the socket.</summary>
public sealed class WatchTests
{
    private readonly List<ComfyUIJobEvent> _events = [];

    [Fact]
    public async Task A_job_of_this_session_tells_everything_in_order()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Jobs.Pause();
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(0.6, 3, preview: true));
        Task<ComfyUIJob> watching = WatchAsync(scene, job.Id, scene.Folder["previews"]);
        await Eventually.TrueAsync(() => Kinds().Contains(ComfyUIJobEventKind.Queued));
        scene.Server.Jobs.Resume();
        ComfyUIJob ended = await watching;

        Assert.Equal(ComfyUIJobStatus.Completed, ended.Status);
        ComfyUIJobEventKind[] order = [.. Kinds().Distinct()];
        Assert.Equal(
            [ComfyUIJobEventKind.Queued, ComfyUIJobEventKind.Started, ComfyUIJobEventKind.Node, ComfyUIJobEventKind.Progress, ComfyUIJobEventKind.Preview, ComfyUIJobEventKind.Output, ComfyUIJobEventKind.Done],
            order.OrderBy(kind => kind));
        Assert.Equal(ComfyUIJobEventKind.Done, _events[^1].Kind);
        Assert.Equal(["1", "2", "3"], _events.Where(e => e.Kind == ComfyUIJobEventKind.Node).Select(e => e.NodeId));
        Assert.Equal([1, 2, 3], _events.Where(e => e.Kind == ComfyUIJobEventKind.Progress).Select(e => e.Step!.Value));
        Assert.All(_events.Where(e => e.NodeId == "2"), e => Assert.Equal("A slow node", e.NodeTitle));
        Assert.Equal(_events.Select(e => e.Percent).Order(), _events.Select(e => e.Percent));
        Assert.Equal("slow_00001_.png", Assert.Single(_events.Single(e => e.Kind == ComfyUIJobEventKind.Output).Outputs).FileName);
        Assert.Equal(100, _events[^1].Percent);

        FileInfo[] previews = [.. _events.Where(e => e.Kind == ComfyUIJobEventKind.Preview).Select(e => e.File!)];
        Assert.Equal(3, previews.Length);
        Assert.Equal(previews.Select(file => file.FullName).Order(StringComparer.Ordinal), Directory.GetFiles(scene.Folder["previews"]).Order(StringComparer.Ordinal));
        Assert.All(previews, file => Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(file.FullName)[..2]));
        Assert.All(previews, file => Assert.EndsWith(".jpg", file.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Previews_without_metadata_belong_to_the_job_that_shows_progress()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Jobs.Pause();

        // Without a client id the server tells everybody its progress, and sends previews that say nothing of the job.
        string id = Guid.NewGuid().ToString();
        string body = $"{{\"prompt_id\": \"{id}\", \"prompt\": {Graphs.Slow(0.6, 3, preview: true).ToJson()}}}";
        await scene.Session.Server.RequestAsync(HttpMethod.Post, "prompt", () => new StringContent(body, Encoding.UTF8, "application/json"), Scene.Cancel);
        Task<ComfyUIJob> watching = WatchAsync(scene, id, scene.Folder["previews"]);
        await Eventually.TrueAsync(() => Kinds().Contains(ComfyUIJobEventKind.Queued));
        scene.Server.Jobs.Resume();
        await watching;

        Assert.Equal(3, _events.Count(e => e.Kind == ComfyUIJobEventKind.Preview));
        Assert.Equal(3, Directory.GetFiles(scene.Folder["previews"]).Length);
        Assert.Contains(ComfyUIJobEventKind.Progress, Kinds());
        Assert.Equal(ComfyUIJobEventKind.Done, _events[^1].Kind);
        Assert.False(scene.Session.Jobs.IsOwn(id));
    }

    [Fact]
    public async Task A_job_of_another_program_tells_its_place_beginning_and_end()
    {
        await using Scene scene = await Scene.StartAsync();
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        ComfyUIJob first = await other.Jobs.SubmitAsync(Graphs.Slow(0.8, 4), cancellationToken: Scene.Cancel);
        ComfyUIJob second = await other.Jobs.SubmitAsync(Graphs.Slow(60, 600, seed: 2), cancellationToken: Scene.Cancel);
        await scene.RunningAsync(first.Id);

        Task<ComfyUIJob> watching = WatchAsync(scene, second.Id);
        await Eventually.TrueAsync(() => Kinds().Contains(ComfyUIJobEventKind.Started));
        await other.Jobs.StopAsync(second.Id, Scene.Cancel);
        ComfyUIJob ended = await watching;

        Assert.Equal(ComfyUIJobStatus.Interrupted, ended.Status);
        Assert.Equal([ComfyUIJobEventKind.Queued, ComfyUIJobEventKind.Started, ComfyUIJobEventKind.Done], Kinds().Distinct());
        Assert.Equal(1, _events[0].QueuePosition);
    }

    [Fact]
    public async Task A_socket_that_is_lost_does_not_end_it()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(2, 10));
        Task<ComfyUIJob> watching = WatchAsync(scene, job.Id);
        await Eventually.TrueAsync(() => Kinds().Contains(ComfyUIJobEventKind.Progress));
        scene.Server.DropSockets();

        Assert.Equal(ComfyUIJobStatus.Completed, (await watching).Status);
        Assert.Equal(ComfyUIJobEventKind.Done, _events[^1].Kind);
    }

    [Fact]
    public async Task Without_a_socket_the_beginning_and_the_end_are_told()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/ws", 404);
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(1, 5));

        Assert.Equal(ComfyUIJobStatus.Completed, (await WatchAsync(scene, job.Id)).Status);
        Assert.Contains(ComfyUIJobEventKind.Started, Kinds());
        Assert.NotNull(scene.Session.Jobs.EventProblem);
    }

    [Fact]
    public async Task A_job_that_fails_says_so_in_its_last_event()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Failing(1));
        await WatchAsync(scene, job.Id);

        ComfyUIJobEvent last = _events[^1];
        Assert.Equal(ComfyUIJobStatus.Failed, last.Status);
        Assert.Equal("2", last.NodeId);
        Assert.Contains("boom", last.Text, StringComparison.Ordinal);
        Assert.IsType<ComfyUIExecutionException>(last.Job!.Error);
    }

    [Fact]
    public async Task A_job_that_is_over_tells_its_end_only()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await WatchAsync(scene, job.Id);
        Assert.Equal([ComfyUIJobEventKind.Done], Kinds());
    }

    [Fact]
    public async Task A_job_nobody_knows_is_not_found()
    {
        await using Scene scene = await Scene.StartAsync();
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => WatchAsync(scene, Guid.NewGuid().ToString()));
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Previews_that_cannot_be_saved_end_the_watching_and_not_the_job()
    {
        await using Scene scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Folder["file"], "in the way", Scene.Cancel);
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(1, 5, preview: true));

        ComfyUIException error = await Assert.ThrowsAsync<ComfyUIException>(() => WatchAsync(scene, job.Id, scene.Folder["file"]));
        Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel)).Status);
    }

    [Fact]
    public async Task A_watcher_that_takes_long_hears_all_that_came_meanwhile()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Jobs.Pause();
        ComfyUIWorkflow workflow = Graphs.Slow(0, 1000);
        for (int node = 10; node < 15; node++)
        {
            workflow = workflow
                .WithExtra($"{node}", $$"""{ "class_type": "SleepProgress", "inputs": { "image": ["1", 0], "seconds": 0, "steps": 1000, "seed": {{node}}, "preview": false, "format": "JPEG" } }""")
                .WithExtra($"{node + 10}", $$"""{ "class_type": "PreviewImage", "inputs": { "images": ["{{node}}", 0] } }""");
        }

        ComfyUIJob job = await SubmitAsync(scene, workflow);
        using var watches = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        Task<ComfyUIJob> watching = Task.Run(() => scene.Session.Jobs.WatchAsync(job.Id, HearSlowly, cancellationToken: Scene.Cancel), Scene.Cancel);
        await Eventually.TrueAsync(() => watches.IsSet);
        scene.Server.Jobs.Resume();

        // The session has heard everything when it has let go of the job.
        await Eventually.TrueAsync(() => scene.Session.Jobs.TrackedCount == 0);
        go.Set();
        await watching;

        Assert.Equal(ComfyUIJobEventKind.Done, _events[^1].Kind);
        Assert.Contains(ComfyUIJobEventKind.Output, Kinds());
        Assert.Equal(6000, _events.Count(e => e.Kind == ComfyUIJobEventKind.Progress));

        void HearSlowly(ComfyUIJobEvent happened)
        {
            watches.Set();
            go.Wait(Scene.Cancel);
            Hear(happened);
        }
    }

    [Fact]
    public async Task Watching_that_is_cancelled_stops_no_job()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await SubmitAsync(scene, Graphs.Slow(60, 600));
        using var enough = new CancellationTokenSource();
        Task watching = scene.Session.Jobs.WatchAsync(job.Id, Hear, cancellationToken: enough.Token);
        await Eventually.TrueAsync(() => Kinds().Contains(ComfyUIJobEventKind.Progress));
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal([job.Id], scene.Server.Jobs.Running);
    }

    [Fact]
    public async Task All_jobs_are_watched_until_none_is_left_also_those_that_come_meanwhile()
    {
        await using Scene scene = await Scene.StartAsync();
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        scene.Server.Jobs.Pause();
        ComfyUIJob first = await SubmitAsync(scene, Graphs.Slow(0.2, 2));
        ComfyUIJob second = await other.Jobs.SubmitAsync(Graphs.Slow(0.2, 2, seed: 2), cancellationToken: Scene.Cancel);
        Task watching = scene.Session.Jobs.WatchAllAsync(Hear, cancellationToken: Scene.Cancel);
        await Eventually.TrueAsync(() => HeardOf(first) && HeardOf(second));
        ComfyUIJob third = await SubmitAsync(scene, Graphs.Slow(0.2, 2, seed: 3));
        await Eventually.TrueAsync(() => HeardOf(third));
        scene.Server.Jobs.Resume();
        await watching;

        // The end of another program's job is asked for, so it may be heard of after that of a later one.
        IEnumerable<string?> done = _events.Where(e => e.Kind == ComfyUIJobEventKind.Done).Select(e => e.PromptId);
        Assert.Equal(new[] { first.Id, second.Id, third.Id }.Order(), done.Order());
    }

    [Fact]
    public async Task With_nothing_to_watch_it_ends_at_once()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.Session.Jobs.WatchAllAsync(Hear, cancellationToken: Scene.Cancel);
        Assert.Empty(_events);
    }

    private static Task<ComfyUIJob> SubmitAsync(Scene scene, ComfyUIWorkflow workflow) => scene.Session.Jobs.SubmitAsync(workflow, cancellationToken: Scene.Cancel);

    private Task<ComfyUIJob> WatchAsync(Scene scene, string id, string? previews = null) => scene.Session.Jobs.WatchAsync(id, Hear, previews, Scene.Cancel);

    private void Hear(ComfyUIJobEvent happened)
    {
        lock (_events)
        {
            _events.Add(happened);
        }
    }

    private bool HeardOf(ComfyUIJob job)
    {
        lock (_events)
        {
            return _events.Exists(happened => happened.PromptId == job.Id);
        }
    }

    private List<ComfyUIJobEventKind> Kinds()
    {
        lock (_events)
        {
            return _events.ConvertAll(happened => happened.Kind);
        }
    }
}
