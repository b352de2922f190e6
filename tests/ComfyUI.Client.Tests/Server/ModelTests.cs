using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>Models, on servers with and without the route that tells their sizes.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task Models_come_with_size_and_dates()
    {
        await using Scene scene = await Scene.StartAsync();
        IReadOnlyList<ComfyUIModel> models = await scene.Session.Models.ListAsync("checkpoints", Scene.Cancel);

        Assert.Equal(["dummy_v1.safetensors", "sub/dummy_v2.safetensors"], models.Select(model => model.Name));
        Assert.All(models, model => Assert.True(model.Size > 1_000_000));
        Assert.All(models, model => Assert.Equal(2026, model.ModifiedAt!.Value.Year));
        Assert.All(models, model => Assert.Equal("checkpoints", model.Folder));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task Without_that_route_the_names_come_alone_and_it_is_asked_for_once(int status)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/experiment/", status);

        IReadOnlyList<ComfyUIModel> models = await scene.Session.Models.ListAllAsync(Scene.Cancel);

        Assert.Equal(["dummy_v1.safetensors", "sub/dummy_v2.safetensors", "dummy_lora.safetensors", "dummy_emb.pt"], models.Select(model => model.Name));
        Assert.All(models, model => Assert.Null(model.Size));
        Assert.Equal(1, scene.Server.Requests.Count(request => request.Path.Contains("/experiment/", System.StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Embeddings_are_there_even_where_they_are_no_folder()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/(experiment/)?models/embeddings$", 404);
        scene.Server.Faults.Respond("GET", "^/models$", 200, body: "[\"checkpoints\"]", contentType: "application/json");

        IReadOnlyList<ComfyUIModel> models = await scene.Session.Models.ListAllAsync(Scene.Cancel);

        Assert.Equal("dummy_emb", Assert.Single(models, model => model.Folder == "embeddings").Name);
    }

    [Fact]
    public async Task An_unknown_folder_is_not_found()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUINotFoundException error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Models.ListAsync("no such", Scene.Cancel));
        Assert.Equal(ComfyUIErrorId.ItemNotFound, error.ErrorId);
        Assert.Contains("'no such'", error.Message, System.StringComparison.Ordinal);

        // It says nothing about the route.
        Assert.NotNull((await scene.Session.Models.ListAsync("loras", Scene.Cancel))[0].Size);
    }

    [Fact]
    public async Task A_server_without_models_says_which_one_has_them()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/models", 404);
        ComfyUINotFoundException error = await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Models.ListAllAsync(Scene.Cancel));
        Assert.Equal(ComfyUIErrorId.FeatureMissing, error.ErrorId);
        Assert.Contains("2025", error.RecommendedAction, System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_is_read_where_there_is_any()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { Loras = ["a [b] & c%.safetensors"] });
        ComfyUIModel lora = Assert.Single(await scene.Session.Models.ListAsync("loras", Scene.Cancel));
        ComfyUIModel checkpoint = (await scene.Session.Models.ListAsync("checkpoints", Scene.Cancel))[0];

        Assert.Null(lora.Metadata);
        Assert.Equal("16", (await scene.Session.Models.WithMetadataAsync(lora, Scene.Cancel)).Metadata!["ss_network_dim"]);
        Assert.Empty((await scene.Session.Models.WithMetadataAsync(checkpoint, Scene.Cancel)).Metadata!);
    }
}
