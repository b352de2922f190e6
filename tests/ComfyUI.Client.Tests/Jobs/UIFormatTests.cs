using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Workflows as the browser saves them run like any other, and open there again.</summary>
public sealed class UIFormatTests
{
    private const string Saved = """
        {
          "version": 0.4, "last_node_id": 3, "last_link_id": 1,
          "nodes": [
            { "id": 1, "type": "EmptyImage", "mode": 0, "inputs": [], "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [1] }], "properties": {}, "widgets_values": [16, 16, 1, 77] },
            { "id": 3, "type": "SaveImage", "title": "Fox", "mode": 0, "inputs": [{ "name": "images", "type": "IMAGE", "link": 1 }], "outputs": [], "properties": {}, "widgets_values": ["saved"] }
          ],
          "links": [[1, 1, 0, 3, 0, "IMAGE"]], "groups": [], "config": {}, "extra": { "ds": { "scale": 0.7000000000000001 } }
        }
        """;

    [Fact]
    public async Task A_saved_workflow_runs_and_its_picture_holds_it_as_it_was_saved()
    {
        await using Scene scene = await Scene.StartAsync();
        using var folder = new TempFolder();
        var options = new ComfyUIRunOptions { Save = new ComfyUISaveOptions { Folder = folder.FullName } };

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(ComfyUIWorkflow.Parse(Saved), options, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        ComfyUIWorkflow picture = await ComfyUIWorkflow.ReadAsync(Assert.Single(job.Files).FullName, Scene.Cancel);
        Assert.Equal(JsonText.Write(JsonText.Parse(Saved)), JsonText.Write(picture.UIDocument));
        Assert.Equal(77, picture.Document["1"]!["inputs"]!["color"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_picture_runs_again_and_carries_its_saved_workflow_on()
    {
        await using Scene scene = await Scene.StartAsync();
        using var folder = new TempFolder();
        var options = new ComfyUIRunOptions { Save = new ComfyUISaveOptions { Folder = folder.FullName } };
        ComfyUIJob first = await scene.Session.Jobs.RunAsync(ComfyUIWorkflow.Parse(Saved), options, cancellationToken: Scene.Cancel);

        ComfyUIWorkflow picture = await ComfyUIWorkflow.ReadAsync(first.Files[0].FullName, Scene.Cancel);
        await scene.Session.Jobs.RunAsync(picture, options, cancellationToken: Scene.Cancel);

        JsonNode body = JsonText.Parse(scene.Server.Requests.Last(request => request.Method == "POST" && request.Path.EndsWith("/prompt")).Body!)!;
        Assert.Equal(JsonText.Write(JsonText.Parse(Saved)), JsonText.Write(body["extra_data"]!["extra_pnginfo"]!["workflow"]));
    }

    [Fact]
    public async Task A_class_that_the_server_lacks_is_named_before_anything_is_submitted()
    {
        await using Scene scene = await Scene.StartAsync();

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => scene.Session.Jobs.RunAsync(
            ComfyUIWorkflow.Parse(Saved.Replace("EmptyImage", "NoSuchNode")), cancellationToken: Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.UnknownNodeClass, error.ErrorId);
        Assert.Equal(("1", "NoSuchNode"), (error.NodeErrors[0].NodeId, error.NodeErrors[0].ClassType));
        Assert.DoesNotContain(scene.Server.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_class_that_was_replaced_runs_as_its_replacement()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "/node_replacements", 200, body: Replacements.Rules, contentType: "application/json");
        string old = Saved.Replace("EmptyImage", "OldImage").Replace("[1, 1, 0, 3, 0", "[1, 1, 2, 3, 0");

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(ComfyUIWorkflow.Parse(old), cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        JsonNode prompt = JsonText.Parse(scene.Server.Requests.Find("POST", "/prompt")[0].Body!)!["prompt"]!;
        Assert.Equal("EmptyImage", prompt["1"]!["class_type"]!.GetValue<string>());
        Assert.Equal(77, prompt["1"]!["inputs"]!["color"]!.GetValue<int>());
        Assert.Equal("""["1",0]""", JsonText.Write(prompt["3"]!["inputs"]!["images"]));
    }
}
