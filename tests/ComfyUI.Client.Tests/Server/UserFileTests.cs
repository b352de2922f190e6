using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>The files and settings of a user, on servers for one and for several users.</summary>
public sealed class UserFileTests
{
    private static readonly TestServerOptions SeveralUsers = new() { Users = new Dictionary<string, string> { ["ada_1"] = "Ada", ["bob_2"] = "Bob" } };

    public static TheoryData<string> Names => ["plain.json", "a b.json", "ü€.json", "it's [1] $x & 100%.json", "sub/deep/x.json", "50%25.json"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_of_any_name_goes_there_and_back(string name)
    {
        await using Scene scene = await Scene.StartAsync();
        string source = scene.Folder["source.json"];
        await File.WriteAllTextAsync(source, "{\"é\": 1}", Scene.Cancel);

        ComfyUIUserFile sent = await scene.Session.UserFiles.SendAsync(source, "workflows/" + name, cancellationToken: Scene.Cancel);
        ComfyUIUserFile listed = Assert.Single(await scene.Session.UserFiles.ListAsync("workflows", Scene.Cancel));
        FileInfo saved = await scene.Session.UserFiles.SaveAsync(listed.Path, scene.Folder["back"], cancellationToken: Scene.Cancel);

        Assert.Equal("workflows/" + name, sent.Path);
        Assert.Equal(sent.Path, listed.Path);
        Assert.Equal(new FileInfo(source).Length, listed.Size);
        Assert.True(DateTimeOffset.UtcNow - listed.ModifiedAt < TimeSpan.FromMinutes(5));
        Assert.Equal(await File.ReadAllBytesAsync(source, Scene.Cancel), await File.ReadAllBytesAsync(saved.FullName, Scene.Cancel));
        Assert.StartsWith(scene.Folder["back"], saved.FullName, StringComparison.Ordinal);

        await scene.Session.UserFiles.RemoveAsync(listed.Path, Scene.Cancel);
        Assert.Empty(await scene.Session.UserFiles.ListAsync("workflows", Scene.Cancel));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task The_older_route_gives_the_same_list(int status)
    {
        await using Scene scene = await Scene.StartAsync();
        await SendAsync(scene, "workflows/sub/one.json");
        await SendAsync(scene, "two.json");
        IReadOnlyList<ComfyUIUserFile> expected = await scene.Session.UserFiles.ListAsync(cancellationToken: Scene.Cancel);
        scene.Server.Faults.Respond("GET", "^/v2/", status);

        Assert.Equal(expected, await scene.Session.UserFiles.ListAsync(cancellationToken: Scene.Cancel));
        Assert.Equal("workflows/sub/one.json", Assert.Single(await scene.Session.UserFiles.ListAsync("workflows/", Scene.Cancel)).Path);
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.UserFiles.ListAsync("nowhere", Scene.Cancel));
    }

    [Fact]
    public async Task A_file_that_is_there_is_overwritten_only_on_demand()
    {
        await using Scene scene = await Scene.StartAsync();
        await SendAsync(scene, "x.json");
        ComfyUIException error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => SendAsync(scene, "x.json"));
        Assert.Equal(ComfyUIErrorId.FileExists, error.ErrorId);
        await SendAsync(scene, "x.json", overwrite: true);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using Scene scene = await Scene.StartAsync();
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => scene.Session.UserFiles.RemoveAsync("none.json", Scene.Cancel),
            () => scene.Session.UserFiles.SaveAsync("none.json", scene.Folder.FullName, cancellationToken: Scene.Cancel),
        })
        {
            Assert.Equal(ComfyUIErrorId.ItemNotFound, (await Assert.ThrowsAsync<ComfyUINotFoundException>(call)).ErrorId);
        }

        Assert.Empty(Directory.GetFiles(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_name_that_leaves_the_folder_is_refused_there_and_harmless_here()
    {
        await using Scene scene = await Scene.StartAsync();
        await Assert.ThrowsAsync<ComfyUIForbiddenException>(() => SendAsync(scene, "../../x.json"));
        await Assert.ThrowsAsync<ComfyUIForbiddenException>(() => scene.Session.UserFiles.SaveAsync("../../x.json", scene.Folder.FullName, cancellationToken: Scene.Cancel));
    }

    [Fact]
    public async Task Settings_keep_their_values_exactly()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.Session.Settings.SetAsync("Comfy.A b/é", JsonNode.Parse("{\"x\": [1, 1.0, null, true, 18446744073709551615]}"), Scene.Cancel);
        await scene.Session.Settings.SetAsync("Comfy.Null", null, Scene.Cancel);

        IReadOnlyDictionary<string, JsonNode?> settings = await scene.Session.Settings.GetAllAsync(Scene.Cancel);
        Assert.Equal("{\"x\":[1,1.0,null,true,18446744073709551615]}", JsonText.Write(settings["Comfy.A b/é"]));
        Assert.Null(settings["Comfy.Null"]);
        Assert.Equal(2, settings.Count);
    }

    [Theory]
    [InlineData("Bob")]
    [InlineData("bob")]
    [InlineData("bob_2")]
    public async Task A_user_is_given_by_name_or_id(string user)
    {
        await using TestComfyServer server = await TestComfyServer.StartAsync(SeveralUsers, Scene.Cancel);
        using ComfyUISession bob = await ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, User = user }, Scene.Cancel);
        using ComfyUISession ada = await ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, User = "Ada" }, Scene.Cancel);

        await bob.Settings.SetAsync("Comfy.X", JsonValue.Create(1), Scene.Cancel);

        Assert.Equal("bob_2", bob.User);
        Assert.Single(await bob.Settings.GetAllAsync(Scene.Cancel));
        Assert.Empty(await ada.Settings.GetAllAsync(Scene.Cancel));
        Assert.Empty(await ada.UserFiles.ListAsync(cancellationToken: Scene.Cancel));
    }

    [Fact]
    public async Task An_unknown_user_is_an_error_that_names_those_there_are()
    {
        await using TestComfyServer server = await TestComfyServer.StartAsync(SeveralUsers, Scene.Cancel);
        var options = new ComfyUIConnectionOptions { BaseUri = server.BaseUri, User = "Eve" };
        ComfyUIException error = await Assert.ThrowsAsync<ComfyUIAuthenticationException>(() => ComfyUISession.ConnectAsync(options, Scene.Cancel));
        Assert.Equal(ComfyUIErrorId.UnknownUser, error.ErrorId);
        Assert.Contains("Ada, Bob", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_user_such_a_server_says_what_is_missing()
    {
        await using Scene scene = await Scene.StartAsync(SeveralUsers);
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => scene.Session.Settings.GetAllAsync(Scene.Cancel),
            () => scene.Session.UserFiles.ListAsync(cancellationToken: Scene.Cancel),
            () => scene.Session.UserFiles.RemoveAsync("x.json", Scene.Cancel),
            () => SendAsync(scene, "x.json"),
        })
        {
            ComfyUIException error = await Assert.ThrowsAsync<ComfyUIAuthenticationException>(call);
            Assert.Equal(ComfyUIErrorId.UnknownUser, error.ErrorId);
        }
    }

    [Fact]
    public async Task A_server_for_one_user_takes_any()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, User = "anybody" });
        await scene.Session.CheckAsync(Scene.Cancel);
        Assert.Empty(await scene.Session.Settings.GetAllAsync(Scene.Cancel));
        Assert.Equal("anybody", scene.Server.Requests.Last().Headers["comfy-user"].ToString());
    }

    private static async Task<ComfyUIUserFile> SendAsync(Scene scene, string path, bool overwrite = false)
    {
        string source = scene.Folder["source.json"];
        await File.WriteAllTextAsync(source, "{}", Scene.Cancel);
        return await scene.Session.UserFiles.SendAsync(source, path, overwrite, Scene.Cancel);
    }
}
