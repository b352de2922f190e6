using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Jobs by state, by pages, own ones and by shortened ids, on servers of every year.</summary>
public sealed class JobFilterTests
{
    public static TheoryData<ServerGeneration> Generations => [ServerGeneration.Early, ServerGeneration.Recorded, ServerGeneration.Late];

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Jobs_are_found_by_state_and_by_pages(ServerGeneration generation)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = generation });
        var completed = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            completed.Insert(0, (await scene.Session.Jobs.RunAsync(Graphs.Picture(i), cancellationToken: Scene.Cancel)).Id);
        }

        string failed = (await scene.Session.Jobs.RunAsync(Graphs.Failing(9), cancellationToken: Scene.Cancel)).Id;
        string running = (await scene.Session.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel)).Id;
        string pending = (await scene.Session.Jobs.SubmitAsync(Graphs.Picture(8), cancellationToken: Scene.Cancel)).Id;
        await scene.RunningAsync(running);

        Assert.Equal([running, pending, failed, .. completed], await ListAsync(scene, new ComfyUIJobFilter()));
        Assert.Equal([pending, failed], await ListAsync(scene, new ComfyUIJobFilter { Skip = 1, First = 2 }));
        Assert.Equal([running, pending], await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Running, ComfyUIJobStatus.Pending] }));
        Assert.Equal([pending], await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Pending], First = 5 }));
        Assert.Equal(completed.Skip(1).Take(2), await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Completed], Skip = 1, First = 2 }));
        Assert.Equal([failed], await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Failed] }));
        Assert.Equal([failed, .. completed], await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Failed, ComfyUIJobStatus.Completed], First = 9 }));
        Assert.Empty(await ListAsync(scene, new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Lost], First = 9 }));
        await scene.Session.Jobs.StopAsync(running, Scene.Cancel);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_page_of_one_state_has_outputs_and_errors_like_any_other_job(ServerGeneration generation)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = generation });
        await scene.Session.Jobs.RunAsync(Graphs.Failing(9), cancellationToken: Scene.Cancel);
        ComfyUIJob done = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        ComfyUIJob completed = Assert.Single(await scene.Session.Jobs.ListAsync(new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Completed], First = 1 }, Scene.Cancel));
        ComfyUIJob failed = Assert.Single(await scene.Session.Jobs.ListAsync(new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Failed], First = 1 }, Scene.Cancel));

        Assert.Equal(done.Outputs[0].FileName, completed.Outputs[0].FileName);
        Assert.NotNull(completed.Duration);
        Assert.Contains("boom", failed.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_the_list_of_jobs_is_asked_for_no_more_than_the_page()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = ServerGeneration.Late });
        for (int i = 0; i < 3; i++)
        {
            await scene.Session.Jobs.RunAsync(Graphs.Picture(i), cancellationToken: Scene.Cancel);
        }

        scene.Server.Requests.Clear();
        Assert.Single(await scene.Session.Jobs.ListAsync(new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Completed], First = 1 }, Scene.Cancel));

        Assert.Equal(1, scene.Server.Requests.Count(request => request.Path.StartsWith("/api/jobs?", StringComparison.Ordinal)));
        Assert.Equal(0, scene.Server.Requests.Count(request => request.Path.Split('?')[0] is "/history" or "/queue"));
    }

    [Theory]
    [InlineData(404, null)]
    [InlineData(405, null)]
    [InlineData(200, "<html>everything is here</html>")]
    [InlineData(200, "{}")]
    public async Task A_server_that_has_it_not_is_asked_for_it_once(int status, string? body)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/api/jobs", status, body: body ?? "", contentType: body?[0] == '{' ? "application/json" : "text/html");
        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        var filter = new ComfyUIJobFilter { Statuses = [ComfyUIJobStatus.Completed], First = 1 };

        Assert.Single(await scene.Session.Jobs.ListAsync(filter, Scene.Cancel));
        Assert.Single(await scene.Session.Jobs.ListAsync(filter, Scene.Cancel));

        Assert.Equal(1, scene.Server.Requests.Count(request => request.Path.StartsWith("/api/jobs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Own_jobs_alone_are_listed_on_demand()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = ServerGeneration.Late });
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        string mine = (await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel)).Id;
        await other.Jobs.RunAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);

        Assert.Equal([mine], await ListAsync(scene, new ComfyUIJobFilter { OwnOnly = true, First = 5 }));
        Assert.Equal([mine], await ListAsync(scene, new ComfyUIJobFilter { OwnOnly = true, Statuses = [ComfyUIJobStatus.Completed], First = 5 }));
    }

    [Fact]
    public async Task Own_jobs_that_wait_have_a_time_and_a_name_on_any_server()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = ServerGeneration.Early });
        scene.Server.Jobs.Pause();
        ComfyUIJob submitted = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        ComfyUIJob listed = Assert.Single(await scene.Session.Jobs.ListAsync(cancellationToken: Scene.Cancel));

        Assert.Equal((submitted.Id, submitted.SubmittedAt, "picture.json"), (listed.Id, listed.SubmittedAt, listed.Workflow));
    }

    [Fact]
    public async Task Jobs_of_others_have_a_time_of_submission_where_the_server_tells()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = ServerGeneration.Late });
        using var other = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri });
        await other.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob running = await other.Jobs.SubmitAsync(Graphs.Slow(60, 600), cancellationToken: Scene.Cancel);

        IReadOnlyList<ComfyUIJob> jobs = await scene.Session.Jobs.ListAsync(cancellationToken: Scene.Cancel);

        Assert.Equal(2, jobs.Count);
        Assert.All(jobs, job => Assert.True(DateTimeOffset.UtcNow - job.SubmittedAt < TimeSpan.FromMinutes(10)));
        await other.Jobs.StopAsync(running.Id, Scene.Cancel);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task The_beginning_of_an_id_is_enough_when_it_means_one_job(ServerGeneration generation)
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Generation = generation });
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        Assert.Equal(job.Id, await scene.Session.Jobs.ResolveIdAsync(job.Id[..8], Scene.Cancel));
        Assert.Equal(job.Id, await scene.Session.Jobs.ResolveIdAsync(job.Id[..4].ToUpperInvariant(), Scene.Cancel));
        Assert.Equal(job.Id, await scene.Session.Jobs.ResolveIdAsync(job.Id, Scene.Cancel));
        Assert.Equal("00000000", await scene.Session.Jobs.ResolveIdAsync("00000000", Scene.Cancel));
    }

    [Fact]
    public async Task What_is_no_beginning_of_an_id_is_asked_of_nobody()
    {
        await using Scene scene = await Scene.StartAsync();
        foreach (string id in new[] { "abc", "my own id", Guid.NewGuid().ToString(), "" })
        {
            Assert.Equal(id, await scene.Session.Jobs.ResolveIdAsync(id, Scene.Cancel));
        }

        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task A_beginning_that_means_several_jobs_names_them()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond(
            "GET",
            "^/queue",
            200,
            body: """{"queue_running": [[1, "abcd1111-0000-0000-0000-000000000000", {}]], "queue_pending": [[2, "abcd2222-0000-0000-0000-000000000000", {}]]}""",
            contentType: "application/json");

        var error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Jobs.ResolveIdAsync("abcd", Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.JobIdAmbiguous, error.ErrorId);
        Assert.Contains("abcd1111-0000-0000-0000-000000000000, abcd2222", error.RecommendedAction, StringComparison.Ordinal);
        Assert.StartsWith("abcd2222", await scene.Session.Jobs.ResolveIdAsync("abcd2", Scene.Cancel), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> ListAsync(Scene scene, ComfyUIJobFilter filter)
        => (await scene.Session.Jobs.ListAsync(filter, Scene.Cancel)).Select(job => job.Id);
}
