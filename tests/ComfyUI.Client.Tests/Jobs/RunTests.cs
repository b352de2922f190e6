using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>How runs end, each in its own clear way.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task A_run_that_ends_well_tells_everything_about_itself()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), new ComfyUIRunOptions { Index = 7 }, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.True(job.IsFinished);
        Assert.Null(job.Error);
        Assert.Equal("picture.json", job.Workflow);
        Assert.Equal((7, 0.0), (job.Index, job.Number));
        Assert.NotNull(job.SubmittedAt);
        Assert.True(job.Duration >= TimeSpan.Zero);
        Assert.Same(scene.Session, job.Session);
        ComfyUIOutput output = Assert.Single(job.Outputs);
        Assert.Equal(("3", "images", "picture_00001_.png", "", "output", ComfyUIOutputMedia.Image), (output.NodeId, output.Kind, output.FileName, output.Subfolder, output.Type, output.Media));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", job.Id);
    }

    [Fact]
    public async Task A_run_that_is_cached_has_the_old_files_in_its_outputs()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob first = await RunAsync(scene, Graphs.Picture(1));
        ComfyUIJob second = await RunAsync(scene, Graphs.Picture(1));

        Assert.Equal(ComfyUIJobStatus.Completed, second.Status);
        Assert.Equal(first.Outputs[0].FileName, second.Outputs[0].FileName);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Single(Directory.GetFiles(scene.Server.OutputDirectory));
    }

    [Fact]
    public async Task A_cached_file_that_somebody_deleted_is_an_error_that_says_what_to_do()
    {
        await using Scene scene = await Scene.StartAsync();
        await RunAsync(scene, Graphs.Picture(1));
        Array.ForEach(Directory.GetFiles(scene.Server.OutputDirectory), File.Delete);

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);

        var error = Assert.IsType<ComfyUINotFoundException>(job.Error);
        Assert.Contains("seed", error.RecommendedAction);
        Assert.Contains("picture_00001_.png", error.Message);
        Assert.Empty(job.Files);
        Assert.Empty(Directory.GetFiles(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_node_that_fails_is_named_with_its_error_and_traceback()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob job = await RunAsync(scene, Graphs.Failing(1, "it went boom"));

        Assert.Equal(ComfyUIJobStatus.Failed, job.Status);
        var error = Assert.IsType<ComfyUIExecutionException>(job.Error);
        Assert.Equal((ComfyUIErrorId.ExecutionFailed, "2", "RaiseError", "ValueError", job.Id), (error.ErrorId, error.NodeId, error.NodeType, error.ExceptionType, error.PromptId));
        Assert.Contains("it went boom", error.Message);
        Assert.Contains("it went boom", error.ServerMessage);
        Assert.NotEmpty(error.Traceback);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Fact]
    public async Task What_was_ready_before_a_node_failed_is_there_and_can_be_saved()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "EmptyImage", "inputs": { "width": 8, "height": 8, "batch_size": 1, "color": 3 } },
              "2": { "class_type": "SaveImage", "inputs": { "images": ["1", 0], "filename_prefix": "good" } },
              "3": { "class_type": "SleepProgress", "inputs": { "image": ["1", 0], "seconds": 0.01, "steps": 1, "seed": 1, "preview": false, "format": "JPEG" } },
              "4": { "class_type": "RaiseError", "inputs": { "message": "boom", "image": ["3", 0] } },
              "5": { "class_type": "SaveImage", "inputs": { "images": ["4", 0], "filename_prefix": "bad" } }
            }
            """);

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(workflow, scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Failed, job.Status);
        Assert.Equal(job.Outputs.Count, job.Files.Count);
        Assert.All(job.Files, file => Assert.True(file.Exists));
    }

    [Fact]
    public async Task A_run_that_another_client_interrupts_is_interrupted_and_not_failed()
    {
        await using Scene scene = await Scene.StartAsync();

        Task<ComfyUIJob> running = RunAsync(scene, Graphs.Slow(60, 600));
        await scene.RunningAsync();
        scene.Server.Jobs.Interrupt();
        ComfyUIJob job = await running;

        Assert.Equal(ComfyUIJobStatus.Interrupted, job.Status);
        Assert.Equal(ComfyUIErrorId.JobInterrupted, Assert.IsType<ComfyUIInterruptedException>(job.Error).ErrorId);
        Assert.NotNull(job.StartedAt);
    }

    [Fact]
    public async Task A_run_whose_history_is_gone_before_it_is_read_ends_as_its_events_said()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/history/", 200, body: "{}", contentType: "application/json");

        ComfyUIJob done = await scene.Clock.PassUntilAsync(RunAsync(scene, Graphs.Picture(1)));
        ComfyUIJob failed = await scene.Clock.PassUntilAsync(RunAsync(scene, Graphs.Failing(2)));

        Assert.Equal(ComfyUIJobStatus.Completed, done.Status);
        Assert.Equal("picture_00001_.png", Assert.Single(done.Outputs).FileName);
        Assert.Equal(ComfyUIJobStatus.Failed, failed.Status);
        Assert.Equal("2", Assert.IsType<ComfyUIExecutionException>(failed.Error).NodeId);
    }

    [Fact]
    public async Task A_history_that_is_late_is_waited_for()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/history/", 200, times: 3, body: "{}", contentType: "application/json");

        ComfyUIJob job = await scene.Clock.PassUntilAsync(RunAsync(scene, Graphs.Picture(1)), 0.05);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.NotNull(job.Prompt);
        Assert.Equal(4, scene.Count("GET", "/history/" + job.Id));
        Assert.Equal(0, scene.Count("GET", "/queue"));
    }

    [Fact]
    public async Task A_run_of_nothing_but_cached_nodes_without_files_ends()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""{ "1": { "class_type": "TextOut", "inputs": { "text": "hello" } } }""");

        ComfyUIJob[] jobs = [await RunAsync(scene, workflow), await RunAsync(scene, workflow), await RunAsync(scene, workflow)];

        Assert.All(jobs, job => Assert.Equal((ComfyUIJobStatus.Completed, "hello"), (job.Status, job.Outputs[0].Text)));
    }

    [Fact]
    public async Task Outputs_that_the_server_will_not_run_are_named_while_the_others_run()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = Graphs.Picture(1).WithExtra("4", """{ "class_type": "SaveImage", "inputs": { "filename_prefix": "no picture" } }""");

        ComfyUIJob job = await RunAsync(scene, workflow);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        ComfyUINodeError error = Assert.Single(job.NodeErrors);
        Assert.Equal(("4", "SaveImage", "required_input_missing", "images"), (error.NodeId, error.ClassType, error.Type, error.InputName));
        Assert.Equal("3", Assert.Single(job.Outputs).NodeId);
    }

    [Fact]
    public async Task A_workflow_that_is_refused_names_each_node_and_input_at_fault()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "EmptyImage", "inputs": { "width": 0, "height": 16, "batch_size": 1, "color": 1 } },
              "2": { "class_type": "ImageScale", "inputs": { "image": ["1", 0], "upscale_method": "magic", "width": 8, "height": 8, "crop": "center" } },
              "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "x" } }
            }
            """);

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => RunAsync(scene, workflow));

        Assert.Equal((ComfyUIErrorId.PromptRejected, 400, "prompt_outputs_failed_validation"), (error.ErrorId, error.StatusCode, error.ServerErrorType));
        Assert.Contains(error.NodeErrors, node => (node.NodeId, node.Type, node.InputName, node.ReceivedValue) == ("1", "value_smaller_than_min", "width", "0"));
        Assert.Contains(error.NodeErrors, node => (node.NodeId, node.Type, node.InputName) == ("2", "value_not_in_list", "upscale_method"));
        Assert.Contains("upscale_method", error.Message);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Theory]
    [InlineData("""{ "1": { "class_type": "NoSuchNode", "inputs": {} } }""", "missing custom node")]
    [InlineData("""{ "1": { "class_type": "EmptyImage", "inputs": { "width": 8, "height": 8, "batch_size": 1, "color": 1 } } }""", "SaveImage")]
    public async Task A_workflow_that_cannot_run_says_what_to_do(string json, string advice)
    {
        await using Scene scene = await Scene.StartAsync();

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => RunAsync(scene, ComfyUIWorkflow.Parse(json)));

        Assert.Contains(advice, error.RecommendedAction);
        Assert.NotEmpty(error.ServerMessage!);
    }

    [Fact]
    public async Task A_circle_of_nodes_is_guessed_where_the_server_says_nothing()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "ImageInvert", "inputs": { "image": ["2", 0] } },
              "2": { "class_type": "ImageInvert", "inputs": { "image": ["1", 0] } },
              "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "x" } }
            }
            """);

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => RunAsync(scene, workflow));

        Assert.Contains("circle", error.Message);
    }

    [Fact]
    public async Task Targets_choose_which_outputs_run()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = Graphs.Picture(1).WithExtra("4", """{ "class_type": "SaveImage", "inputs": { "images": ["1", 0], "filename_prefix": "other" } }""");

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(workflow, new ComfyUIRunOptions { Targets = ["4"] }, cancellationToken: Scene.Cancel);

        Assert.Equal("4", Assert.Single(job.Outputs).NodeId);
        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => scene.Session.Jobs.RunAsync(workflow, new ComfyUIRunOptions { Targets = ["1"] }, cancellationToken: Scene.Cancel));
        Assert.Contains("-Target", error.RecommendedAction);
    }

    [Fact]
    public async Task Front_goes_before_all_that_wait()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Jobs.Pause();

        ComfyUIJob first = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        ComfyUIJob second = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(2), new ComfyUIRunOptions { Front = true }, Scene.Cancel);

        Assert.Equal([second.Id, first.Id], scene.Server.Jobs.Pending);
        Assert.Equal([second.Id, first.Id], (await scene.Session.Jobs.ListAsync(cancellationToken: Scene.Cancel)).Select(job => job.Id));
    }

    [Fact]
    public async Task Every_number_of_the_workflow_reaches_the_server_byte_for_byte()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""{"1":{"class_type":"PreviewAny","inputs":{"source":[1.0,1E5,18446744073709551615,-0,1e-7,NaN,0.1000],"text":"é<&'+"}}}""");

        await Record.ExceptionAsync(() => RunAsync(scene, workflow));

        Assert.Contains("""[1.0,1E5,18446744073709551615,-0,1e-7,NaN,0.1000],"text":"é<&'+"}""", scene.Server.Requests.Find("POST", "/prompt")[0].Body);
    }

    [Fact]
    public async Task A_thousand_quick_runs_at_once_all_end_well_with_one_post_and_one_history_each()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob[] jobs = await Task.WhenAll(Enumerable.Range(0, 1000).Select(
            i => RunAsync(scene, ComfyUIWorkflow.Parse($$$"""{ "1": { "class_type": "TextOut", "inputs": { "text": "{{{i}}}" } } }"""))));

        Assert.All(jobs, (job, i) => Assert.Equal((ComfyUIJobStatus.Completed, i.ToString()), (job.Status, job.Outputs[0].Text)));
        Assert.Equal(1000, scene.Count("POST", "/prompt"));
        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Equal(1000, scene.Server.Requests.Count(request => request.Path.StartsWith("/history/", StringComparison.Ordinal)));
    }

    private static Task<ComfyUIJob> RunAsync(Scene scene, ComfyUIWorkflow workflow)
        => scene.Session.Jobs.RunAsync(workflow, cancellationToken: Scene.Cancel);
}
