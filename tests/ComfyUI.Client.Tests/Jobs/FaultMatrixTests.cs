using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Each way for an answer to fail, at each request that a run makes: the run ends well, or says truly why it could not begin.</summary>
public sealed class FaultMatrixTests
{
    private const string Lost = "lost";
    private const string Cut = "cut short";
    private const string Login = "login page";
    private const string Empty = "empty";

    private static readonly string[] Ways = ["408", "429", "500", "502", "503", "504", Lost, Cut, Login, Empty];

    /// <summary>Ways, and whether the server asks for a pause.</summary>
    public static MatrixTheoryData<string, bool> Faults => new(Ways, [false, true]);

    /// <summary>Those that can happen before a request has arrived: there is no answer then that could be cut short.</summary>
    public static MatrixTheoryData<string, bool> FaultsOnTheWay => new(Ways.Where(way => way != Cut), [false, true]);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task At_the_socket_the_run_goes_on_without(string way, bool retryAfter)
        => RunsAllTheSameAsync("GET", "^/ws", way, retryAfter, FaultMoment.Before, times: 1);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task At_a_submission_that_arrived_the_job_is_adopted(string way, bool retryAfter)
        => RunsAllTheSameAsync("POST", "^/prompt", way, retryAfter, FaultMoment.After, times: 2);

    [Theory]
    [MemberData(nameof(FaultsOnTheWay))]
    public async Task At_a_submission_that_did_not_arrive_it_says_so(string way, bool retryAfter)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Strike(scene, "POST", "^/prompt", way, retryAfter, FaultMoment.Before, times: 2);

        Task<ComfyUIJob> running = RunAsync(scene);
        if (way == "429")
        {
            AssertDone(scene, await running);
            return;
        }

        var error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => running);
        Assert.Equal(ComfyUIErrorId.SubmissionUnknown, error.ErrorId);
        Assert.Equal(0, scene.Server.Jobs.Submitted);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_the_queue_it_is_asked_again(string way, bool retryAfter)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/ws", 403);
        Strike(scene, "GET", "^/queue", way, retryAfter, FaultMoment.After, times: 3);

        AssertDone(scene, await RunAsync(scene));
        Assert.True(scene.Count("GET", "/queue") > 3);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task At_the_history_it_is_asked_again(string way, bool retryAfter)
        => RunsAllTheSameAsync("GET", "^/history", way, retryAfter, FaultMoment.After, times: 3);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task At_a_file_it_is_had_again_and_whole(string way, bool retryAfter)
        => RunsAllTheSameAsync("GET", "^/view", way, retryAfter, FaultMoment.After, times: 3);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_the_node_catalogue_it_is_asked_again_or_nothing_is_sent(string way, bool retryAfter)
    {
        // Without a folder for it, where another server's catalogue of the same port could lie.
        await using Scene scene = await Scene.StartAsync(null, static (uri, clock) => new ComfyUIConnectionOptions { BaseUri = uri, Clock = clock, CachePath = string.Empty });
        Strike(scene, "GET", "^/object_info", way, retryAfter, FaultMoment.After, times: 2);

        Exception? error = await Record.ExceptionAsync(() => scene.Clock.PassUntilAsync(scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel)));

        Assert.Equal(way is "500" or Login or Empty, error is ComfyUIException);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_an_interruption_the_job_is_stopped_and_no_other(string way, bool retryAfter)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { InterruptIgnoresPromptId = true }, fakeClock: true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task<ComfyUIJob> running = scene.Session.Jobs.RunAsync(Graphs.Slow(60, 600), cancellationToken: cancel.Token);
        string id = await scene.UnderWayAsync();
        ComfyUIJob next = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(1, 100, 2), cancellationToken: Scene.Cancel);
        Strike(scene, "POST", "^/interrupt", way, retryAfter, FaultMoment.After, times: 2);

        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Clock.PassUntilAsync(running, 0.01));

        await scene.Server.Jobs.WhenFinishedAsync(id, Scene.Cancel);
        await scene.Server.Jobs.WhenFinishedAsync(next.Id, Scene.Cancel);
        Assert.Equal(ComfyUIJobStatus.Interrupted, (await scene.Session.Jobs.GetAsync(id, Scene.Cancel)).Status);
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Session.Jobs.GetAsync(next.Id, Scene.Cancel)).Status);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_an_upload_there_is_one_file_or_an_error(string way, bool retryAfter)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        string path = scene.Folder["upload.bin"];
        File.WriteAllBytes(path, [1, 2, 3]);
        Strike(scene, "POST", "^/upload", way, retryAfter, FaultMoment.After, times: 2);

        Exception? error = await Record.ExceptionAsync(() => scene.Clock.PassUntilAsync(scene.Session.Files.SendAsync(path, cancellationToken: Scene.Cancel)));

        Assert.Equal(way is "500" or Login, error is ComfyUIException);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Assert.Single(Directory.GetFiles(scene.Server.InputDirectory, "upload*"))));
    }

    private static async Task RunsAllTheSameAsync(string method, string path, string way, bool retryAfter, FaultMoment when, int times)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        Strike(scene, method, path, way, retryAfter, when, times);

        AssertDone(scene, await RunAsync(scene));
    }

    private static Task<ComfyUIJob> RunAsync(Scene scene)
        => scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel));

    private static void AssertDone(Scene scene, ComfyUIJob job)
    {
        Assert.True(job is { Status: ComfyUIJobStatus.Completed, Error: null }, $"{job}: {job.Error}");
        Assert.Equal(1, scene.Server.Jobs.Submitted);
        Assert.Equal([job.Id], scene.Server.Jobs.Finished);
        byte[] expected = File.ReadAllBytes(Directory.GetFiles(scene.Server.OutputDirectory).Single());
        Assert.Equal(expected, File.ReadAllBytes(Assert.Single(job.Files).FullName));
        Assert.Single(Directory.GetFiles(scene.Folder.FullName));
    }

    private static void Strike(Scene scene, string method, string path, string way, bool retryAfter, FaultMoment when, int times)
    {
        Dictionary<string, string> headers = retryAfter ? new() { ["Retry-After"] = "2" } : [];
        switch (way)
        {
            case Lost:
                scene.Server.Faults.Drop(method, path, when, times);
                break;
            case Cut:
                scene.Server.Faults.CutBody(method, path, after: 5, times);
                break;
            case Login:
                scene.Server.Faults.Respond(method, path, 200, times, "<html><title>Sign in</title></html>", "text/html", headers, when);
                break;
            case Empty:
                scene.Server.Faults.Respond(method, path, 200, times, headers: headers, when: when);
                break;
            default:
                scene.Server.Faults.Respond(method, path, int.Parse(way), times, headers: headers, when: when);
                break;
        }
    }
}
