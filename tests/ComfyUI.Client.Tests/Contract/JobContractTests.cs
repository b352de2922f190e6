using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Contract;

/// <summary>Jobs in the queue, what is told of them as they run, and nodes that do unusual things; on any server.</summary>
[Collection(ContractServer.Collection)]
public sealed class JobContractTests
{
    private const string Prefix = "comfyui-module-tests/j";
    private static readonly string[] Slow = ["EmptyImage", "SleepProgress", "SaveImage"];

    public static TheoryData<string> Servers => ContractServer.Names;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_job_that_waits_is_taken_from_the_queue_and_the_running_one_goes_on(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Slow);
        ComfyUIJob running = await SubmitAsync(server, Graphs.Slow(30, 300, ContractServer.Unique, Prefix));
        ComfyUIJob waiting = await SubmitAsync(server, Graphs.Slow(30, 300, ContractServer.Unique, Prefix));
        await server.RunningAsync(running.Id);

        Assert.Equal((ComfyUIJobStatus.Pending, 1), ((await GetAsync(server, waiting.Id)).Status, (await GetAsync(server, waiting.Id)).QueuePosition));
        Assert.Equal(ComfyUIStopResult.Removed, await server.Session.Jobs.StopAsync(waiting.Id, Scene.Cancel));
        Assert.Equal(ComfyUIJobStatus.Running, (await GetAsync(server, running.Id)).Status);
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => GetAsync(server, waiting.Id));

        Assert.Equal(ComfyUIStopResult.Interrupted, await server.Session.Jobs.StopAsync(running.Id, Scene.Cancel));
        ComfyUIJob stopped = await server.Session.Jobs.WaitAsync(running.Id, cancellationToken: Scene.Cancel);
        Assert.Equal(ComfyUIJobStatus.Interrupted, stopped.Status);
        Assert.Equal(ComfyUIStopResult.NotRunning, await server.Session.Jobs.StopAsync(running.Id, Scene.Cancel));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_job_at_the_front_runs_before_those_that_wait(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Slow);
        ComfyUIJob running = await SubmitAsync(server, Graphs.Slow(30, 300, ContractServer.Unique, Prefix));
        ComfyUIJob behind = await SubmitAsync(server, Graphs.Slow(0.1, 1, ContractServer.Unique, Prefix));
        ComfyUIJob front = await SubmitAsync(server, Graphs.Slow(0.1, 1, ContractServer.Unique, Prefix), new ComfyUIRunOptions { Front = true });
        await server.RunningAsync(running.Id);

        string[] waiting = [.. (await server.Session.Jobs.ListAsync(0, Scene.Cancel)).Where(job => job.Status == ComfyUIJobStatus.Pending).Select(job => job.Id)];
        await server.Session.Jobs.StopAsync(running.Id, Scene.Cancel);

        Assert.True(Array.IndexOf(waiting, front.Id) < Array.IndexOf(waiting, behind.Id));
        ComfyUIJob[] ended = await Task.WhenAll(new[] { front, behind }.Select(job => server.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel)));
        Assert.All(ended, job => Assert.Equal(ComfyUIJobStatus.Completed, job.Status));
        Assert.True(ended[0].StartedAt < ended[1].StartedAt);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_watched_job_tells_nodes_steps_previews_and_outputs(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Slow);
        using var folder = new TempFolder();
        ComfyUIJob before = await SubmitAsync(server, Graphs.Slow(30, 300, ContractServer.Unique, Prefix));
        ComfyUIJob job = await SubmitAsync(server, Graphs.Slow(0.4, 4, ContractServer.Unique, Prefix, preview: true));
        var events = new ConcurrentQueue<ComfyUIJobEvent>();
        Task<ComfyUIJob> watching = server.Session.Jobs.WatchAsync(job.Id, events.Enqueue, folder.FullName, Scene.Cancel);
        await Eventually.TrueAsync(() => events.Any(e => e.Kind == ComfyUIJobEventKind.Queued));
        await server.RunningAsync(before.Id);
        await server.Session.Jobs.StopAsync(before.Id, Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, (await watching).Status);
        Assert.Equal(["1", "2", "3"], events.Where(e => e.Kind == ComfyUIJobEventKind.Node).Select(e => e.NodeId));
        Assert.Equal([1, 2, 3, 4], events.Where(e => e.Kind == ComfyUIJobEventKind.Progress).Select(e => e.Step!.Value));
        ComfyUIJobEvent[] previews = [.. events.Where(e => e.Kind == ComfyUIJobEventKind.Preview)];
        Assert.Equal(["2", "2", "2", "2"], previews.Select(e => e.NodeId));
        Assert.All(previews, e => Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(e.File!.FullName)[..2]));
        Assert.Equal("3", Assert.Single(events, e => e.Kind == ComfyUIJobEventKind.Output).NodeId);
        Assert.Equal(ComfyUIJobEventKind.Done, events.Last().Kind);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_job_that_is_forgotten_is_not_found(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "ImageInvert", "SaveImage");
        ComfyUIJob job = await server.RunAsync(Graphs.Picture(ContractServer.Unique, Prefix));

        await server.Session.Jobs.RemoveAsync(job.Id, Scene.Cancel);

        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => GetAsync(server, job.Id));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Nodes_that_a_node_makes_give_outputs_too(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(["ExpandSleep", "PreviewImage", .. Slow]);

        ComfyUIJob job = await server.RunAsync(Middle("""{ "class_type": "ExpandSleep", "inputs": { "image": ["1", 0], "n": 2 } }"""));

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal([("2", "temp"), ("3", "output")], job.Outputs.Select(output => (output.NodeId.Split('.')[0], output.Type)).Order());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_cycle_that_a_node_makes_is_a_failure(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "ExpandCycle", "ImageInvert", "SaveImage");

        ComfyUIJob job = await server.RunAsync(Middle("""{ "class_type": "ExpandCycle", "inputs": { "image": ["1", 0] } }"""));

        Assert.Equal(ComfyUIJobStatus.Failed, job.Status);
        Assert.Contains("cycle", Assert.IsType<ComfyUIExecutionException>(job.Error).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_is_blocked_gives_nothing_and_is_no_failure(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "BlockOut", "SaveImage");

        ComfyUIJob job = await server.RunAsync(Middle("""{ "class_type": "BlockOut", "inputs": { "image": ["1", 0], "message": "blocked" } }"""));

        Assert.Equal((ComfyUIJobStatus.Completed, 0), (job.Status, job.Outputs.Count));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Numbers_that_are_no_JSON_end_no_job(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("NaNOut");
        foreach (string kind in new[] { "nan", "inf", "-inf" })
        {
            ComfyUIJob job = await server.RunAsync(ComfyUIWorkflow.Parse($$"""{ "1": { "class_type": "NaNOut", "inputs": { "kind": "{{kind}}" } } }"""));
            Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_file_of_any_kind_arrives_whole(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("BigFile");
        using var folder = new TempFolder();

        ComfyUIJob job = await server.RunAsync(
            ComfyUIWorkflow.Parse($$"""{ "1": { "class_type": "BigFile", "inputs": { "mib": 3, "name": "comfyui module tests.bin", "seed": {{ContractServer.Unique}} } } }"""),
            folder);

        Assert.Equal(3 * 1024 * 1024, Assert.Single(job.Files).Length);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_largest_seed_arrives_as_it_was_written(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Slow);

        ComfyUIJob job = await server.RunAsync(Middle(
            """{ "class_type": "SleepProgress", "inputs": { "image": ["1", 0], "seconds": 0, "steps": 1, "seed": 18446744073709551615, "preview": false } }"""));
        ComfyUIResponse history = await server.Session.Server.RequestAsync(HttpMethod.Get, "/history/" + job.Id, cancellationToken: Scene.Cancel);

        JsonNode prompt = history.Json![job.Id]!["prompt"]![2]!;
        Assert.Equal("18446744073709551615", prompt["2"]!["inputs"]!["seed"]!.ToJsonString());
        Assert.Equal(job.Id, history.Json[job.Id]!["prompt"]![1]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_picture_of_a_UI_workflow_carries_both_forms(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "SaveImage");
        using var folder = new TempFolder();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse($$"""
            {
              "nodes": [
                { "id": 1, "type": "EmptyImage", "mode": 0, "inputs": [], "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [1] }], "widgets_values": [48, 32, 1, {{ContractServer.Unique}}] },
                { "id": 2, "type": "SaveImage", "mode": 0, "inputs": [{ "name": "images", "type": "IMAGE", "link": 1 }], "outputs": [], "widgets_values": ["{{Prefix}}"] }
              ],
              "links": [[1, 1, 0, 2, 0, "IMAGE"]],
              "version": 0.4
            }
            """);

        ComfyUIJob job = await server.RunAsync(workflow, folder);
        ComfyUIWorkflow read = await ComfyUIWorkflow.ReadAsync(Assert.Single(job.Files).FullName, Scene.Cancel);
        ComfyUIJob again = await server.RunAsync(read);

        Assert.Equal(ComfyUIWorkflowFormat.Api, read.Format);
        Assert.Contains("\"widgets_values\"", Encoding.Latin1.GetString(File.ReadAllBytes(job.Files[0].FullName)), StringComparison.Ordinal);
        Assert.Equal((ComfyUIJobStatus.Completed, job.Outputs[0].FileName), (again.Status, again.Outputs[0].FileName));
    }

    // A picture, one node in the middle, and the picture it gives is saved.
    private static ComfyUIWorkflow Middle(string node) => Graphs.Picture(ContractServer.Unique, Prefix).WithExtra("2", node);

    private static Task<ComfyUIJob> GetAsync(ContractServer server, string id) => server.Session.Jobs.GetAsync(id, Scene.Cancel);

    private static Task<ComfyUIJob> SubmitAsync(ContractServer server, ComfyUIWorkflow workflow, ComfyUIRunOptions? options = null)
        => server.Session.Jobs.SubmitAsync(workflow, options, Scene.Cancel);
}
