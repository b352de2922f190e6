using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Contract;

/// <summary>Runs as they are on any server. What they leave there is a few small pictures under the prefix comfyui-module-tests.</summary>
[Collection(ContractServer.Collection)]
public sealed class RunContractTests
{
    private const string Prefix = "comfyui-module-tests/c";
    private static readonly string[] Pictures = ["EmptyImage", "ImageInvert", "SaveImage"];

    public static TheoryData<string> Servers => ContractServer.Names;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_picture_is_made_and_saved(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Pictures);
        using var folder = new TempFolder();

        ComfyUIJob job = await server.RunAsync(Graphs.Picture(ContractServer.Unique, Prefix, batch: 2), folder);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(2, job.Files.Count);
        Assert.All(job.Files, file => Assert.Equal([0x89, .. "PNG"u8], File.ReadAllBytes(file.FullName)[..4]));
        Assert.All(job.Outputs, output => Assert.Equal(("3", "images", "comfyui-module-tests", "output"), (output.NodeId, output.Kind, output.Subfolder, output.Type)));
        Assert.NotNull(job.StartedAt);
        Assert.True(job.Duration >= TimeSpan.Zero);
        Assert.Null(server.Session.Jobs.EventProblem);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_is_cached_gives_the_same_files_again(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Pictures);
        int color = ContractServer.Unique;

        ComfyUIJob first = await server.RunAsync(Graphs.Picture(color, Prefix));
        ComfyUIJob second = await server.RunAsync(Graphs.Picture(color, Prefix));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first.Outputs[0].FileName, second.Outputs[0].FileName);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_wrong_value_names_node_and_input(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Pictures);

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => server.RunAsync(Graphs.Picture(1, Prefix, size: 0)));

        Assert.Equal(("prompt_outputs_failed_validation", 400), (error.ServerErrorType, error.StatusCode));
        Assert.Equal(["height", "width"], error.NodeErrors.Select(node => node.InputName).Order());
        Assert.All(error.NodeErrors, node => Assert.Equal(("1", "EmptyImage", "value_smaller_than_min", "0"), (node.NodeId, node.ClassType, node.Type, node.ReceivedValue)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_unknown_node_class_is_named(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(
            () => server.RunAsync(ComfyUIWorkflow.Parse("""{ "1": { "class_type": "NoSuchNodeAnywhere", "inputs": {}, "_meta": { "title": "A title" } } }""")));

        Assert.Contains("NoSuchNodeAnywhere", error.Message);
        Assert.Equal(400, error.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_bad_output_beside_a_good_one_is_a_node_error_of_a_job_that_runs(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Pictures);

        ComfyUIJob job = await server.RunAsync(Graphs.Picture(ContractServer.Unique, Prefix).WithExtra("4", """{ "class_type": "SaveImage", "inputs": { "filename_prefix": "x" } }"""));

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(("4", "images"), (Assert.Single(job.NodeErrors).NodeId, job.NodeErrors[0].InputName));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Targets_choose_the_outputs(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync([.. Pictures, "PreviewImage"]);
        ComfyUIWorkflow workflow = Graphs.Picture(ContractServer.Unique, Prefix).WithExtra("4", """{ "class_type": "PreviewImage", "inputs": { "images": ["1", 0] } }""");

        ComfyUIJob job = await server.Session.Jobs.RunAsync(workflow, new ComfyUIRunOptions { Targets = ["4"] }, cancellationToken: Scene.Cancel);

        Assert.Equal(("4", "temp"), (Assert.Single(job.Outputs).NodeId, job.Outputs[0].Type));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_node_that_fails_tells_error_and_traceback(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync([.. Pictures, "RaiseError", "PreviewImage"]);

        ComfyUIJob job = await server.RunAsync(Graphs.Failing(ContractServer.Unique, "contract"));

        Assert.Equal(ComfyUIJobStatus.Failed, job.Status);
        var error = Assert.IsType<ComfyUIExecutionException>(job.Error);
        Assert.Equal(("2", "RaiseError", "ValueError"), (error.NodeId, error.NodeType, error.ExceptionType));
        Assert.NotEmpty(error.Traceback);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_run_that_is_cancelled_is_interrupted_on_the_server(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync([.. Pictures, "SleepProgress"]);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        string? id = null;
        var running = new Until(report =>
        {
            id = report.PromptId;
            if (report.Step > 0)
            {
                cancel.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => server.Session.Jobs.RunAsync(Graphs.Slow(30, 300, ContractServer.Unique, Prefix), progress: running, cancellationToken: cancel.Token));
        ComfyUIJob job = await server.Session.Jobs.WaitAsync(id!, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Interrupted, job.Status);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Text_is_an_output_too(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("PrimitiveString", "PreviewAny");
        string text = "contract " + Guid.NewGuid();

        ComfyUIJob job = await server.RunAsync(ComfyUIWorkflow.Parse($$"""
            {
              "1": { "class_type": "PrimitiveString", "inputs": { "value": "{{text}}" } },
              "2": { "class_type": "PreviewAny", "inputs": { "source": ["1", 0] } }
            }
            """));

        Assert.Equal(text, Assert.Single(job.Outputs).Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_upload_can_be_used_by_a_node(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync([.. Pictures, "LoadImage"]);
        using var folder = new TempFolder();
        ComfyUIJob made = await server.RunAsync(Graphs.Picture(ContractServer.Unique, Prefix), folder);
        string path = folder["b\u00E4r (\u96EA).png"];
        File.Copy(made.Files[0].FullName, path);

        ComfyUIUpload upload = await server.Session.Files.SendAsync(path, new ComfyUIUploadOptions { Subfolder = "comfyui-module-tests" }, cancellationToken: Scene.Cancel);
        ComfyUIJob used = await server.RunAsync(Graphs.Picture(1, Prefix).WithExtra("1", $$"""{ "class_type": "LoadImage", "inputs": { "image": "{{upload.Value}}" } }"""));

        Assert.StartsWith("comfyui-module-tests/b\u00E4r (\u96EA)", upload.Value);
        Assert.Equal(ComfyUIJobStatus.Completed, used.Status);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_status_tells_version_devices_and_queue(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);

        ComfyUIStatus status = await server.Session.Server.GetStatusAsync(Scene.Cancel);

        Assert.Matches(@"^\d+\.\d+", status.Version);
        Assert.NotEmpty(status.PythonVersion!);
        Assert.NotEmpty(status.Devices);
        Assert.True(status.RamTotal > 0);
        Assert.NotNull(status.PendingCount);
        Assert.Equal(true, status.Features["supports_preview_metadata"]);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_job_nobody_knows_is_an_error(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);

        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => server.Session.Jobs.GetAsync(Guid.NewGuid().ToString(), Scene.Cancel));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Twenty_runs_at_once_all_end_well(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync(Pictures);
        int first = ContractServer.Unique;

        IEnumerable<Task<ComfyUIJob>> runs = Enumerable.Range(0, 20).Select(i => server.RunAsync(Graphs.Picture((first + i) & 0xFFFFFF, Prefix)));

        Assert.All(await Task.WhenAll(runs), job => Assert.Equal(ComfyUIJobStatus.Completed, job.Status));
    }

    private sealed class Until(Action<ComfyUIProgress> report) : IProgress<ComfyUIProgress>
    {
        public void Report(ComfyUIProgress value) => report(value);
    }
}
