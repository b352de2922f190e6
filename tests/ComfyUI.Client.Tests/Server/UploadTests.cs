using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>Files are handed to the server as they are, under the name they have.</summary>
public sealed class UploadTests
{
    [Theory]
    [InlineData("plain.png")]
    [InlineData("b\u00E4r \u96EA \U0001F600.png")]
    [InlineData("100% & more; a=b.png")]
    [InlineData("it's.tar.gz")]
    public async Task A_name_arrives_as_it_is(string name)
    {
        await using Scene scene = await Scene.StartAsync();
        File.WriteAllText(scene.Folder[name], "content");

        ComfyUIUpload upload = await scene.Session.Files.SendAsync(scene.Folder[name], cancellationToken: Scene.Cancel);

        Assert.Equal((name, "", "input", name), (upload.Name, upload.Subfolder, upload.Type, upload.Value));
        Assert.Equal("content", File.ReadAllText(Path.Combine(scene.Server.InputDirectory, name)));
    }

    [Fact]
    public async Task The_same_file_is_one_file_and_another_of_its_name_is_numbered_or_overwrites()
    {
        await using Scene scene = await Scene.StartAsync();
        File.WriteAllText(scene.Folder["x.bin"], "one");

        Assert.Equal("x.bin", (await SendAsync(scene, false)).Value);
        Assert.Equal("x.bin", (await SendAsync(scene, false)).Value);
        File.WriteAllText(scene.Folder["x.bin"], "two");
        Assert.Equal("x (1).bin", (await SendAsync(scene, false)).Value);
        Assert.Equal("x.bin", (await SendAsync(scene, true)).Value);
        Assert.Equal("two", File.ReadAllText(Path.Combine(scene.Server.InputDirectory, "x.bin")));
    }

    [Fact]
    public async Task Folder_and_type_are_in_the_name_to_use()
    {
        await using Scene scene = await Scene.StartAsync();
        File.WriteAllText(scene.Folder["x.bin"], "one");

        ComfyUIUpload upload = await scene.Session.Files.SendAsync(
            scene.Folder["x.bin"], new ComfyUIUploadOptions { Name = "y.bin", Subfolder = "a/b", Type = "temp" }, cancellationToken: Scene.Cancel);

        Assert.Equal("a/b/y.bin [temp]", upload.Value);
        Assert.True(File.Exists(Path.Combine(scene.Server.TempDirectory, "a", "b", "y.bin")));
    }

    [Fact]
    public async Task A_mask_for_a_picture_the_server_does_not_have_is_refused_before_it_is_sent()
    {
        await using Scene scene = await Scene.StartAsync();
        File.WriteAllText(scene.Folder["mask.png"], "mask");

        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Files.SendAsync(
            scene.Folder["mask.png"], new ComfyUIUploadOptions { Original = new ComfyUIUpload { Name = "missing.png", Type = "input" } }, cancellationToken: Scene.Cancel));

        Assert.Equal(0, scene.Count("POST", "/upload/mask"));
    }

    [Fact]
    public async Task An_upload_is_sent_again_after_a_failure_that_may_pass_and_tells_how_far_it_is()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        File.WriteAllBytes(scene.Folder["x.bin"], new byte[500_000]);
        scene.Server.Faults.Respond("POST", "^/upload", 503, times: 1);
        var sent = new Numbers();

        ComfyUIUpload upload = await scene.Clock.PassUntilAsync(scene.Session.Files.SendAsync(scene.Folder["x.bin"], progress: sent, cancellationToken: Scene.Cancel));

        Assert.Equal("x.bin", upload.Value);
        Assert.Equal(2, scene.Count("POST", "/upload/image"));
        Assert.True(sent.Last > 500_000);
    }

    [Fact]
    public async Task An_upload_whose_answer_is_lost_is_one_file_on_the_server()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        File.WriteAllText(scene.Folder["x.bin"], "content");
        scene.Server.Faults.Respond("POST", "^/upload/image", 502, times: 1, when: FaultMoment.After);
        scene.Server.Faults.CutBody("POST", "^/upload/image", 5, times: 1, skip: 1);

        ComfyUIUpload upload = await scene.Clock.PassUntilAsync(SendAsync(scene, false));

        Assert.Equal("x.bin", upload.Value);
        Assert.Equal(3, scene.Count("POST", "/upload/image"));
        Assert.Equal("x.bin", Path.GetFileName(Assert.Single(Directory.GetFiles(scene.Server.InputDirectory, "x*"))));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_mask_whose_answer_is_lost_is_sent_again_only_where_it_overwrites(bool overwrite, int sent)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        ComfyUIJob job = await scene.Clock.PassUntilAsync(scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel));
        var original = new ComfyUIUpload { Name = job.Outputs[0].FileName, Type = "output" };
        scene.Server.Faults.Respond("POST", "^/upload/mask", 502, times: 1, when: FaultMoment.After);

        Task<ComfyUIUpload> sending = scene.Session.Files.SendAsync(
            job.Files[0].FullName, new ComfyUIUploadOptions { Original = original, Overwrite = overwrite, Name = "mask.png" }, cancellationToken: Scene.Cancel);
        await scene.Clock.PassUntilAsync(() => sending.IsCompleted);

        // The server numbers a mask that it has already, even the same one.
        Assert.Equal(sent, scene.Count("POST", "/upload/mask"));
        Assert.Equal(overwrite, sending.IsCompletedSuccessfully);
        Assert.Single(Directory.GetFiles(scene.Server.InputDirectory, "mask*"));
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_missing_says_so()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { MaxUploadSize = 1000 });
        File.WriteAllBytes(scene.Folder["x.bin"], new byte[5000]);

        var large = await Assert.ThrowsAsync<ComfyUIException>(() => SendAsync(scene, false));
        var missing = await Assert.ThrowsAsync<ComfyUIException>(() => scene.Session.Files.SendAsync(scene.Folder["missing"], cancellationToken: Scene.Cancel));

        Assert.Equal((ComfyUIErrorId.RequestTooLarge, ComfyUIErrorId.FileFailed), (large.ErrorId, missing.ErrorId));
    }

    [Fact]
    public async Task A_large_file_is_not_sent_to_who_does_not_want_it()
    {
        // Whoever sends on is cut off, as by a proxy that does not care to read what it refuses.
        await using var server = new RawServer("HTTP/1.1 413 Too Large\r\nServer: strict\r\nContent-Length: 0\r\n\r\n");
        await using Scene scene = await Scene.StartAsync();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri });
        File.WriteAllBytes(scene.Folder["x.bin"], new byte[20_000_000]);

        var image = await Assert.ThrowsAsync<ComfyUIException>(() => session.Files.SendAsync(scene.Folder["x.bin"], cancellationToken: Scene.Cancel));
        var file = await Assert.ThrowsAsync<ComfyUIException>(() => session.UserFiles.SendAsync(scene.Folder["x.bin"], "x.bin", cancellationToken: Scene.Cancel));

        Assert.All([image, file], error => Assert.Equal(ComfyUIErrorId.RequestTooLarge, error.ErrorId));
        Assert.Contains("strict", image.RecommendedAction);
        Assert.Equal(2, server.Heads.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_question_is_sent_the_file_without_it()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("POST", "^/upload", 417, times: 1);
        File.WriteAllBytes(scene.Folder["x.bin"], new byte[2_000_000]);
        File.WriteAllBytes(scene.Folder["small.bin"], new byte[2000]);

        await SendAsync(scene, false);
        await scene.Session.Files.SendAsync(scene.Folder["small.bin"], cancellationToken: Scene.Cancel);

        Assert.Equal(
            ["100-continue", "", ""],
            scene.Server.Requests.Find("POST", "/upload/image").Select(request => request.Headers.TryGetValue("Expect", out string? expected) ? expected : ""));
        Assert.Equal(2_000_000, new FileInfo(Path.Combine(scene.Server.InputDirectory, "x.bin")).Length);
    }

    private static Task<ComfyUIUpload> SendAsync(Scene scene, bool overwrite)
        => scene.Session.Files.SendAsync(scene.Folder["x.bin"], new ComfyUIUploadOptions { Overwrite = overwrite }, cancellationToken: Scene.Cancel);

    private sealed class Numbers : IProgress<long>
    {
        internal long Last { get; private set; }

        public void Report(long value) => Last = Math.Max(Last, value);
    }
}
