using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Contract;

/// <summary>What a server offers besides running jobs, on any server. What they leave there is a setting and an upload, both named comfyui-module-tests.</summary>
[Collection(ContractServer.Collection)]
public sealed class ServerContractTests
{
    public static TheoryData<string> Servers => ContractServer.Names;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Node_classes_tell_inputs_limits_choices_and_outputs(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "KSampler", "SaveImage");

        ComfyUINodeCatalogue catalogue = await server.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);

        ComfyUIInputDefinition width = catalogue.Find("EmptyImage")!.Inputs.Single(input => input.Name == "width");
        Assert.Equal(("INT", "512", "1"), (width.Type, $"{width.Default}", $"{width.Minimum}"));
        ComfyUINodeDefinition sampler = catalogue.Find("KSampler")!;
        Assert.Equal("18446744073709551615", $"{sampler.Inputs.Single(input => input.Name == "seed").Maximum}");
        Assert.Contains("euler", sampler.Inputs.Single(input => input.Name == "sampler_name").Choices.Select(choice => $"{choice}"));
        Assert.Equal("LATENT", Assert.Single(sampler.Outputs).Type);
        Assert.True(catalogue.Find("SaveImage")!.IsOutputNode);
        Assert.All(catalogue, node => Assert.All(node.Inputs, input => Assert.NotEmpty(input.Type)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_user_file_goes_there_and_back(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        UserFileOperations files = server.Session.UserFiles;
        using var folder = new TempFolder();
        string source = folder["source.json"], path = $"comfyui-module-tests/{Guid.NewGuid()}/it's 50% [ü].json";
        await File.WriteAllTextAsync(source, "{\"é\": 1}", Scene.Cancel);

        Assert.Equal(path, (await files.SendAsync(source, path, cancellationToken: Scene.Cancel)).Path);
        ComfyUIException there = await Assert.ThrowsAnyAsync<ComfyUIException>(() => files.SendAsync(source, path, cancellationToken: Scene.Cancel));
        await files.SendAsync(source, path, overwrite: true, cancellationToken: Scene.Cancel);
        ComfyUIUserFile listed = Assert.Single(await files.ListAsync("comfyui-module-tests", Scene.Cancel), file => file.Path == path);
        FileInfo saved = await files.SaveAsync(listed.Path, folder["back"], cancellationToken: Scene.Cancel);
        await files.RemoveAsync(path, Scene.Cancel);

        Assert.Equal(ComfyUIErrorId.FileExists, there.ErrorId);
        Assert.Equal(new FileInfo(source).Length, listed.Size);
        Assert.Equal(await File.ReadAllBytesAsync(source, Scene.Cancel), await File.ReadAllBytesAsync(saved.FullName, Scene.Cancel));
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => files.RemoveAsync(path, Scene.Cancel));
        await Assert.ThrowsAsync<ComfyUIForbiddenException>(() => files.SendAsync(source, "../../comfyui-module-tests.json", cancellationToken: Scene.Cancel));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_setting_is_kept_as_it_is(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        string text = Guid.NewGuid().ToString();

        await server.Session.Settings.SetAsync("comfyui-module-tests", new JsonObject { ["text"] = text, ["number"] = 1.5, ["list"] = new JsonArray(1, null) }, Scene.Cancel);

        IReadOnlyDictionary<string, JsonNode?> all = await server.Session.Settings.GetAllAsync(Scene.Cancel);
        Assert.Equal($"{{\"text\":\"{text}\",\"number\":1.5,\"list\":[1,null]}}", all["comfyui-module-tests"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_log_tells_of_jobs_and_why_one_failed(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "RaiseError", "SaveImage", "PreviewImage");
        string message = "logged " + Guid.NewGuid();
        var lines = new List<string>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);
        Task following = server.Session.Logs.FollowAsync(
            line =>
            {
                lock (lines)
                {
                    lines.Add(line.Message);
                    if (line.Message.Contains("ValueError: " + message, StringComparison.Ordinal))
                    {
                        enough.Cancel();
                    }
                }
            },
            cancellationToken: enough.Token);

        await server.Session.Jobs.RunAsync(Graphs.Failing(ContractServer.Unique, message), cancellationToken: Scene.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following.WaitAsync(TimeSpan.FromSeconds(60), Scene.Cancel));
        string[] log = [.. (await server.Session.Logs.GetAsync(Scene.Cancel)).Select(line => line.Message)];

        // Newer servers put the level before the message.
        foreach (string[] told in new[] { [.. lines], log })
        {
            Assert.Contains(told, line => line.EndsWith("got prompt", StringComparison.Ordinal));
            Assert.Contains(told, line => line.EndsWith("!!! Exception during processing !!! " + message, StringComparison.Ordinal));
            Assert.Contains(told, line => line.EndsWith("Traceback (most recent call last):", StringComparison.Ordinal));
            Assert.Contains("ValueError: " + message, told);
            Assert.All(told, line => Assert.DoesNotContain('\u001b', line));
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Model_folders_are_listed_and_a_folder_that_is_not_there_is_an_error(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);

        IReadOnlyList<string> folders = await server.Session.Models.ListFoldersAsync(Scene.Cancel);
        IReadOnlyList<ComfyUIModel> all = await server.Session.Models.ListAllAsync(Scene.Cancel);

        Assert.Contains("checkpoints", folders);
        Assert.Contains("loras", folders);
        Assert.All(all, model => Assert.True(model.Size >= 0 && model.Name.Length > 0 && folders.Contains(model.Folder)));
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => server.Session.Models.ListAsync("no-such-folder", Scene.Cancel));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_upload_of_the_same_name_gets_another_unless_it_is_the_same(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        using var folder = new TempFolder();
        string path = folder["comfyui-module-tests.txt"];
        string subfolder = $"comfyui-module-tests/{Guid.NewGuid()}";

        var names = new List<string>();
        foreach ((string text, bool overwrite) in new[] { ("one", false), ("one", false), ("two", false), ("three", true) })
        {
            await File.WriteAllTextAsync(path, text, Scene.Cancel);
            var options = new ComfyUIUploadOptions { Subfolder = subfolder, Overwrite = overwrite };
            names.Add((await server.Session.Files.SendAsync(path, options, cancellationToken: Scene.Cancel)).Name);
        }

        Assert.Equal(["comfyui-module-tests.txt", "comfyui-module-tests.txt", "comfyui-module-tests (1).txt", "comfyui-module-tests.txt"], names);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Memory_is_freed_and_what_was_cached_runs_again(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);
        await server.RequireAsync("EmptyImage", "ImageInvert", "SaveImage");
        ComfyUIWorkflow workflow = Graphs.Picture(ContractServer.Unique, "comfyui-module-tests/m");
        ComfyUIJob first = await server.Session.Jobs.RunAsync(workflow, cancellationToken: Scene.Cancel);

        await server.Session.Server.FreeMemoryAsync(unloadModels: false, freeMemory: true, Scene.Cancel);
        ComfyUIJob after = await server.Session.Jobs.RunAsync(Graphs.Picture(1, "comfyui-module-tests/m"), cancellationToken: Scene.Cancel);
        ComfyUIJob second = await server.Session.Jobs.RunAsync(workflow, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, after.Status);
        Assert.NotEqual(first.Outputs[0].FileName, second.Outputs[0].FileName);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_route_that_is_not_there_is_not_found(string name)
    {
        await using ContractServer server = await ContractServer.StartAsync(name);

        await Assert.ThrowsAsync<ComfyUINotFoundException>(
            () => server.Session.Server.RequestAsync(HttpMethod.Get, "/no-such-route", cancellationToken: Scene.Cancel));
    }
}
