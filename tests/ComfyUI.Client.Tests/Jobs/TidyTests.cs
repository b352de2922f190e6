using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Clearing queue, history and memory.</summary>
public sealed class TidyTests
{
    [Fact]
    public async Task Clearing_the_queue_ends_the_waiting_for_what_waited_and_leaves_what_runs()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob running = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);
        await scene.RunningAsync(running.Id);
        ComfyUIJob waiting = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> wait = scene.Session.Jobs.WaitAsync(waiting.Id, cancellationToken: Scene.Cancel);

        Assert.Equal(1, await scene.Session.Jobs.ClearQueueAsync(Scene.Cancel));

        Assert.Equal(ComfyUIJobStatus.Interrupted, (await wait).Status);
        Assert.Equal([running.Id], scene.Server.Jobs.Running);
        Assert.Empty(scene.Server.Jobs.Pending);
    }

    [Fact]
    public async Task Only_a_job_that_is_over_can_be_removed_from_the_history()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob over = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob running = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);

        await scene.Session.Jobs.RemoveAsync(over.Id, Scene.Cancel);

        Assert.Empty(scene.Server.Jobs.Finished);
        Assert.Equal(ComfyUIErrorId.JobNotFinished, (await Assert.ThrowsAsync<ComfyUIException>(() => scene.Session.Jobs.RemoveAsync(running.Id, Scene.Cancel))).ErrorId);
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Jobs.RemoveAsync(over.Id, Scene.Cancel));
    }

    [Fact]
    public async Task The_whole_history_can_be_cleared()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Session.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);
        await scene.Session.Jobs.RemoveAllAsync(Scene.Cancel);
        Assert.Empty(scene.Server.Jobs.Finished);
    }

    [Fact]
    public async Task A_session_knows_which_jobs_are_its_own()
    {
        await using Scene scene = await Scene.StartAsync(new TestServer.TestServerOptions { IgnoreClientPromptId = true });
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        ComfyUIJob mine = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob foreign = await other.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);

        Assert.True(scene.Session.Jobs.IsOwn(mine.Id));
        Assert.False(scene.Session.Jobs.IsOwn(foreign.Id));
    }

    [Fact]
    public async Task Freeing_memory_says_what_is_to_be_freed()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.Session.Server.FreeMemoryAsync(unloadModels: true, freeMemory: false, Scene.Cancel);
        Assert.Equal("{\"unload_models\":true,\"free_memory\":false}", scene.Server.Requests.Single(request => request.Path == "/free").Body);
    }
}
