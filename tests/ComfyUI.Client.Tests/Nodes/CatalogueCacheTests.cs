using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Nodes;

/// <summary>The catalogue is asked for once in ten minutes, by whichever session, and a broken copy of it costs a request at most.</summary>
public sealed class CatalogueCacheTests : IDisposable
{
    private readonly TempFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Callers_at_the_same_time_share_one_request()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Delay("GET", "^/object_info$", TimeSpan.FromMilliseconds(300));

        Task<ComfyUINodeCatalogue>[] asking = [.. Enumerable.Range(0, 8).Select(_ => scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel))];
        ComfyUINodeCatalogue[] catalogues = await Task.WhenAll(asking);

        Assert.All(catalogues, catalogue => Assert.Same(catalogues[0], catalogue));
        Assert.True(catalogues[0].Contains("SaveImage"));
        Assert.Equal(1, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task It_is_asked_for_again_after_its_time_or_on_demand()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        scene.Clock.Advance(NodeOperations.TimeToLive - TimeSpan.FromSeconds(1));
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        Assert.Equal(1, scene.Count("GET", "/object_info"));

        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        Assert.Equal(2, scene.Count("GET", "/object_info"));

        await scene.Session.Nodes.GetCatalogueAsync(refresh: true, Scene.Cancel);
        Assert.Equal(3, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task Another_session_finds_it_on_disk()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        using var second = new ComfyUISession(Options(scene.Server.BaseUri, scene.Clock));

        Assert.True(second.Nodes.Cached!.Contains("SaveImage"));
        Assert.True((await second.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel)).Contains("SaveImage"));
        Assert.Equal(1, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task What_is_old_on_disk_completes_names_but_does_not_count_as_the_servers_word()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        using var second = new ComfyUISession(Options(scene.Server.BaseUri, scene.Clock));

        Assert.NotNull(second.Nodes.Cached);
        await second.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        Assert.Equal(2, scene.Count("GET", "/object_info"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"SaveImage\": {")]
    [InlineData("<html>")]
    public async Task A_damaged_file_is_as_good_as_none(string content)
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        string file = Assert.Single(Directory.GetFiles(_cache.FullName));
        await File.WriteAllTextAsync(file, content, Scene.Cancel);
        using var second = new ComfyUISession(Options(scene.Server.BaseUri, scene.Clock));

        Assert.Null(second.Nodes.Cached);
        Assert.True((await second.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel)).Contains("SaveImage"));
        Assert.True(Store(scene).Read()!.Catalogue.Contains("SaveImage"));
    }

    [Fact]
    public async Task A_file_with_damage_inside_a_class_is_as_good_as_none()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        string file = Assert.Single(Directory.GetFiles(_cache.FullName));
        byte[] bytes = await File.ReadAllBytesAsync(file, Scene.Cancel);
        bytes[bytes.AsSpan().IndexOf("\"input\":"u8) + "\"input\""u8.Length] = (byte)'x';
        await File.WriteAllBytesAsync(file, bytes, Scene.Cancel);
        using var second = new ComfyUISession(Options(scene.Server.BaseUri, scene.Clock));

        Assert.Null(second.Nodes.Cached);
        Assert.NotEmpty((await second.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel)).ToList());
        Assert.NotEmpty(Store(scene).Read()!.Catalogue.ToList());
    }

    [Fact]
    public async Task A_name_with_half_a_character_is_kept_like_any_other()
    {
        await using Scene scene = await StartAsync();
        Store(scene).Write("{\"A\\ud800\":{},\"B\":{}}"u8.ToArray(), scene.Clock.GetUtcNow());

        Assert.Equal(["A\uFFFD", "B"], Store(scene).Read()!.Catalogue.Names);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { \"A\" : { \"x\": [\"}\", \"\\\\\", \"\\\"{\"] } ,\n\t\"B \\u00e9\":{},\"A\":{\"x\":NaN} } \r\n")]
    public void What_is_kept_is_cut_as_it_was_read(string json)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(json);
        Dictionary<string, (int Start, int Length)> cut = CatalogueCutter.TryCut(bytes)!;
        Assert.Equal(ComfyUINodeCatalogue.Parse(bytes).Names, cut.Keys);
        Assert.All(cut.Values, place => Assert.IsType<JsonObject>(JsonText.Parse(bytes.AsMemory(place.Start, place.Length))));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{} x")]
    [InlineData("{\"A\"")]
    [InlineData("{\"A\" {}}")]
    [InlineData("{\"A\": {}")]
    [InlineData("{\"A\": {\"}")]
    [InlineData("{\"A\": {\"x\\")]
    [InlineData("{\"A\": []}")]
    [InlineData("[]")]
    [InlineData("{\"A\\ud800\":{}}")]
    [InlineData("{\"A\\x\":{}}")]
    public void What_was_not_kept_like_this_is_not_cut(string json) => Assert.Null(CatalogueCutter.TryCut(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_name_with_a_broken_byte_is_not_cut() => Assert.Null(CatalogueCutter.TryCut([.. "{\"A"u8, 0xFF, .. "\":{}}"u8]));

    [Fact]
    public void A_class_that_is_kept_damaged_is_an_error_that_says_what_to_do()
    {
        ComfyUINodeCatalogue kept = ComfyUINodeCatalogue.ParseKept("{\"A\": {\"input\": x}, \"B\": {\"display_name\": \"Bee\"}}"u8.ToArray());

        Assert.Equal("Bee", kept.Find("B")!.DisplayName);
        Assert.Contains("Get-ComfyUINode -Force", Assert.Throws<ComfyUIProtocolException>(() => kept.Find("A")).RecommendedAction);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_costs_nothing_but_the_copy()
    {
        string file = _cache["file"];
        await File.WriteAllTextAsync(file, "in the way", Scene.Cancel);
        await using Scene scene = await Scene.StartAsync(null, (uri, clock) => new ComfyUIConnectionOptions { BaseUri = uri, CachePath = Path.Combine(file, "below") });

        Assert.Null(scene.Session.Nodes.Cached);
        Assert.NotEmpty(await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel));
        Assert.NotNull(scene.Session.Nodes.Cached);
    }

    [Fact]
    public async Task Many_writers_and_readers_always_see_a_whole_file()
    {
        await using Scene scene = await StartAsync();
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        byte[] bytes = "{\"SaveImage\":{}}"u8.ToArray();
        CatalogueStore store = Store(scene);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    store.Write(bytes, scene.Clock.GetUtcNow());
                    Assert.True(store.Read()!.Catalogue.Contains("SaveImage"), $"writer {number}, time {i}");
                }
            },
            Scene.Cancel)));

        Assert.Single(Directory.GetFiles(_cache.FullName));
    }

    [Fact]
    public async Task Servers_and_versions_do_not_share_a_file()
    {
        await using Scene scene = await StartAsync();
        await using TestComfyServer other = await TestComfyServer.StartAsync(new TestServerOptions { ComfyVersion = "0.9.0" }, Scene.Cancel);
        using ComfyUISession known = await ComfyUISession.ConnectAsync(Options(scene.Server.BaseUri, scene.Clock), Scene.Cancel);
        using ComfyUISession elsewhere = await ComfyUISession.ConnectAsync(Options(other.BaseUri, scene.Clock), Scene.Cancel);
        await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);

        Assert.Null(known.Nodes.Cached);
        Assert.Null(elsewhere.Nodes.Cached);
    }

    [Fact]
    public async Task One_who_gives_up_leaves_the_answer_to_the_others()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Delay("GET", "^/object_info$", TimeSpan.FromMilliseconds(300));
        using var impatience = new CancellationTokenSource();
        Task<ComfyUINodeCatalogue> leaving = scene.Session.Nodes.GetCatalogueAsync(cancellationToken: impatience.Token);
        Task<ComfyUINodeCatalogue> staying = scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.True((await staying).Contains("SaveImage"));
    }

    [Fact]
    public async Task A_page_that_is_no_catalogue_is_a_protocol_error_and_not_kept()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Respond("GET", "^/object_info$", 200, times: 1, body: "<html>log in</html>", contentType: "text/html");

        await Assert.ThrowsAsync<ComfyUIProtocolException>(() => scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel));
        Assert.Null(scene.Session.Nodes.Cached);
    }

    private CatalogueStore Store(Scene scene) => new(_cache.FullName, scene.Server.BaseUri, null);

    private Task<Scene> StartAsync() => Scene.StartAsync(null, Options);

    private ComfyUIConnectionOptions Options(Uri uri, FakeClock clock) => new() { BaseUri = uri, Clock = clock, CachePath = _cache.FullName };
}
