using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Workflows;

/// <summary>What has come to the server since its catalogue was read is found, and what the server replaces is replaced.</summary>
public sealed class OldCatalogueTests
{
    private const string Drawn = """
        { "version": 0.4, "nodes": [
            { "id": 1, "type": "OldImage", "inputs": [], "outputs": [], "widgets_values": [16, 16, 1, 77] },
            { "id": 3, "type": "SaveImage", "inputs": [{ "name": "images", "type": "IMAGE", "link": 1 }], "widgets_values": ["saved"] }],
          "links": [[1, 1, 2, 3, 0, "IMAGE"]] }
        """;

    private const string Prompt = """
        { "1": { "class_type": "OldImage", "inputs": { "w": 16, "h": 16, "count": 2, "tint": 77 } },
          "3": { "class_type": "SaveImage", "inputs": { "images": ["1", 2], "filename_prefix": "x" } } }
        """;

    private const string Scaled = """
        { "1": { "class_type": "EmptyImage", "inputs": { "width": 16, "height": 16, "batch_size": 1, "color": 0 } },
          "2": { "class_type": "ImageScale", "inputs": { "image": ["1", 0], "upscale_method": "lanczos", "width": 32, "height": 32, "crop": "disabled" } },
          "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "x" } } }
        """;

    [Theory]
    [InlineData(Drawn)]
    [InlineData(Prompt)]
    public async Task A_class_that_the_server_replaces_is_no_problem(string workflow)
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Respond("GET", "/node_replacements", 200, body: Replacements.Rules, contentType: "application/json");

        Assert.Empty(await scene.Session.Workflows.ValidateAsync(ComfyUIWorkflow.Parse(workflow), Scene.Cancel));
    }

    [Fact]
    public async Task A_replacement_is_checked_as_what_it_becomes()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Respond("GET", "/node_replacements", 200, body: Replacements.Rules, contentType: "application/json");

        ComfyUIWorkflowProblem problem = Assert.Single(
            await scene.Session.Workflows.ValidateAsync(ComfyUIWorkflow.Parse(Prompt.Replace("\"w\": 16", "\"w\": 0", StringComparison.Ordinal)), Scene.Cancel));

        Assert.Equal(("1", "EmptyImage", "width", "value_smaller_than_min"), (problem.NodeId, problem.ClassType, problem.Input, problem.Type));
    }

    [Theory]
    [InlineData("lanczos", "area", "value_not_in_list")]
    [InlineData("\"ImageScale\"", "\"ImageScaleOld\"", "missing_node_type")]
    public async Task What_is_new_on_the_server_is_no_problem(string gone, string instead, string type)
    {
        await using Scene scene = await StartWithoutAsync(gone, instead);
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Scaled);
        ComfyUINodeCatalogue old = await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        Assert.Contains(WorkflowValidator.Validate(workflow, old), problem => problem.Type == type);

        Assert.Empty(await scene.Session.Workflows.ValidateAsync(workflow, Scene.Cancel));
        Assert.Equal(2, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task What_is_missing_all_the_same_is_asked_for_once()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        CatalogueInUse classes = scene.Session.Workflows.Catalogue();
        ComfyUIWorkflow wrong = ComfyUIWorkflow.Parse(Scaled.Replace("lanczos", "nothing", StringComparison.Ordinal));

        for (int i = 0; i < 3; i++)
        {
            Assert.Contains(await scene.Session.Workflows.ValidateAsync(wrong, classes, Scene.Cancel), problem => problem.Type == "value_not_in_list");
        }

        Assert.Equal(2, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task A_choice_that_is_new_on_the_server_can_be_set()
    {
        await using Scene scene = await StartWithoutAsync("lanczos", "area");
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Scaled);

        ComfyUIWorkflow edited = await scene.Session.Workflows.Catalogue().TryAsync(
            workflow, catalogue => WorkflowEditor.Apply(workflow, [new ValueEdit("2.upscale_method", JsonValue.Create("lanczos"))], catalogue, check: true), Scene.Cancel);

        Assert.Equal("lanczos", (string?)edited.Document["2"]!["inputs"]!["upscale_method"]);
        Assert.Equal(2, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task The_values_of_a_class_that_is_new_on_the_server_are_set_where_they_belong()
    {
        await using Scene scene = await StartWithoutAsync("\"EmptyImage\"", "\"EmptyImageOld\"");
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        ComfyUIWorkflow drawn = ComfyUIWorkflow.Parse(Drawn.Replace("OldImage", "EmptyImage", StringComparison.Ordinal));

        ComfyUIWorkflow edited = await scene.Session.Workflows.SetInputsAsync(
            drawn, [new KeyValuePair<string, JsonNode?>("1.height", JsonValue.Create(48))], cancellationToken: Scene.Cancel);

        Assert.Equal("[16,48,1,77]", JsonText.Write(edited.Document["nodes"]![0]!["widgets_values"]));
    }

    [Fact]
    public async Task What_is_kept_will_do_when_the_server_cannot_be_asked()
    {
        await using Scene scene = await StartWithoutAsync("\"ImageScale\"", "\"ImageScaleOld\"");
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        scene.Server.Faults.Respond("GET", "^/(object_info|node_replacements)$", 403);
        WorkflowOperations workflows = scene.Session.Workflows;
        ComfyUIWorkflow prompt = ComfyUIWorkflow.Parse(Scaled);
        ComfyUIWorkflow drawn = ComfyUIWorkflow.Parse(Drawn.Replace("OldImage", "ImageScale", StringComparison.Ordinal));

        ComfyUIWorkflowProblem problem = Assert.Single(await workflows.ValidateAsync(prompt, Scene.Cancel));
        var unknown = await Assert.ThrowsAsync<ComfyUIValidationException>(() => workflows.ConvertAsync(drawn, Scene.Cancel));
        var wrong = await Assert.ThrowsAsync<ComfyUIValidationException>(() => workflows.Catalogue().TryAsync(
            prompt, catalogue => WorkflowEditor.Apply(prompt, [new ValueEdit("1.width", JsonValue.Create("abc"))], catalogue, check: true), Scene.Cancel));
        ComfyUIWorkflow edited = await workflows.SetInputsAsync(
            drawn, [new KeyValuePair<string, JsonNode?>("3.filename_prefix", JsonValue.Create("mine"))], cancellationToken: Scene.Cancel);

        Assert.Equal("missing_node_type", problem.Type);
        Assert.Equal(ComfyUIErrorId.UnknownNodeClass, unknown.ErrorId);
        Assert.Equal(ComfyUIErrorId.InvalidInputValue, wrong.ErrorId);
        Assert.Equal("""["mine"]""", JsonText.Write(edited.Document["nodes"]![1]!["widgets_values"]));
    }

    [Fact]
    public async Task A_server_that_was_never_asked_and_cannot_be_is_an_error()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Respond("GET", "^/object_info$", 403);

        await Assert.ThrowsAsync<ComfyUIForbiddenException>(() => scene.Session.Workflows.ValidateAsync(ComfyUIWorkflow.Parse(Scaled), Scene.Cancel));
    }

    [Fact]
    public async Task A_prompt_with_a_class_that_the_server_lacks_does_not_ask_for_each_run()
    {
        await using Scene scene = await StartAsync();
        ComfyUIWorkflow picture = ComfyUIWorkflow.Parse($$$"""{ "prompt": {{{Prompt}}}, "extra_data": { "extra_pnginfo": { "workflow": {{{Drawn}}} } } }""");
        Assert.NotNull(picture.UIDocument);

        for (int run = 0; run < 3; run++)
        {
            await scene.Session.Workflows.SetInputsAsync(
                picture, [new KeyValuePair<string, JsonNode?>("1.tint", JsonValue.Create(run))], cancellationToken: Scene.Cancel);
        }

        Assert.Equal(1, scene.Count("GET", "/object_info"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("""{"id":8,"type":"Gone"}""", false)]
    [InlineData("""{"id":8,"type":"Gone","mode":2},{"id":9,"type":"Gone","mode":4},{"id":10,"type":"MarkdownNote"},{"id":11,"type":"workflow>Group"}""", true)]
    [InlineData("""{"id":8,"type":"s"}""", false)]
    [InlineData("""{"id":8,"type":"s","mode":4}""", true)]
    [InlineData("""{"id":8,"type":"t"},{"id":9,"type":"t"}""", true)]
    public void A_class_is_missing_only_where_it_is_to_run(string nodes, bool known)
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Example.Workflow(
            """{"id":1,"type":"Load"}""" + (nodes.Length > 0 ? "," : string.Empty) + nodes,
            more: """ "definitions":{"subgraphs":[{"id":"s","nodes":[{"id":1,"type":"Gone"}]},{"id":"t","nodes":[{"id":1,"type":"Load"},{"id":2,"type":"t"}]}]}"""));
        Assert.Equal(known, WorkflowClasses.AreKnown(workflow, Example.Catalogue));
    }

    private static Task<Scene> StartAsync() => Scene.StartAsync(null, static (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, CachePath = string.Empty });

    // Its first answer is that of a server before something came to it.
    private static async Task<Scene> StartWithoutAsync(string gone, string instead)
    {
        Scene scene = await StartAsync();
        using var http = new HttpClient();
        string catalogue = await http.GetStringAsync(new Uri(scene.Server.BaseUri, "object_info"), Scene.Cancel);
        scene.Server.Requests.Clear();
        scene.Server.Faults.Respond(
            "GET", "^/object_info$", 200, times: 1, body: catalogue.Replace(gone, instead, StringComparison.Ordinal), contentType: "application/json");
        return scene;
    }
}
