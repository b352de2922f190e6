using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>Files come whole or not at all, and nothing that was there is lost.</summary>
public sealed class SavingTests
{
    private static readonly string[] NothingPartial = [];

    [Fact]
    public async Task A_subfolder_of_the_server_is_kept_and_a_missing_folder_made()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(
            Graphs.Picture(1, "deep/er/x"), new ComfyUIRunOptions { Save = new ComfyUISaveOptions { Folder = scene.Folder["new/folder"] } }, cancellationToken: Scene.Cancel);

        Assert.Equal(scene.Folder[Path.Combine("new", "folder", "deep", "er", "x_00001_.png")], Assert.Single(job.Files).FullName);
        Assert.True(job.Files[0].Exists);
    }

    [Fact]
    public async Task A_file_that_exists_is_kept_and_the_new_one_numbered_unless_told_otherwise()
    {
        await using Scene scene = await Scene.StartAsync();
        File.WriteAllText(scene.Folder["picture_00001_.png"], "mine");
        File.WriteAllText(scene.Folder["picture_00001_ (1).png"], "mine too");
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        FileInfo numbered = await SaveAsync(scene, job.Outputs[0]);
        Assert.Equal("picture_00001_ (2).png", numbered.Name);
        Assert.Equal("mine", File.ReadAllText(scene.Folder["picture_00001_.png"]));

        FileInfo replaced = await scene.Session.Outputs.SaveAsync(job.Outputs[0], new ComfyUISaveOptions { Folder = scene.Folder.FullName, Overwrite = true }, Scene.Cancel);
        Assert.Equal(scene.Folder["picture_00001_.png"], replaced.FullName);
        Assert.Equal(File.ReadAllBytes(numbered.FullName), File.ReadAllBytes(replaced.FullName));
    }

    [Fact]
    public async Task Many_downloads_of_one_name_into_one_folder_at_once_give_as_many_whole_files()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        FileInfo[] files = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SaveAsync(scene, job.Outputs[0])));

        Assert.Equal(20, files.Select(file => file.FullName).Distinct().Count());
        byte[] expected = File.ReadAllBytes(Directory.GetFiles(scene.Server.OutputDirectory).Single());
        Assert.All(files, file => Assert.Equal(expected, File.ReadAllBytes(file.FullName)));
        Assert.Equal(20, Directory.GetFiles(scene.Folder.FullName).Length);
    }

    [Fact]
    public async Task Previews_are_saved_only_when_asked_for()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = Graphs.Picture(1).WithExtra("4", """{ "class_type": "PreviewImage", "inputs": { "images": ["1", 0] } }""");

        ComfyUIJob without = await scene.Session.Jobs.RunAsync(workflow, scene.Saving, cancellationToken: Scene.Cancel);
        ComfyUIJob with = await scene.Session.Jobs.SaveAsync(without, new ComfyUISaveOptions { Folder = scene.Folder["all"], IncludeTemp = true }, Scene.Cancel);

        Assert.Equal(["output", "temp"], without.Outputs.Select(output => output.Type).Order());
        Assert.Single(without.Files);
        Assert.Equal(2, with.Files.Count);
    }

    [Fact]
    public async Task A_body_that_was_cut_short_is_gone_on_with_where_it_broke()
    {
        await using Scene scene = await StartWithBigFileAsync();
        scene.Server.Faults.CutBody("GET", "^/view", 700_000, times: 2);

        FileInfo file = await scene.Clock.PassUntilAsync(SaveAsync(scene, BigFile(scene)));

        Assert.Equal(File.ReadAllBytes(Path.Combine(scene.Server.OutputDirectory, "big.bin")), File.ReadAllBytes(file.FullName));
        string[] ranges = [.. scene.Server.Requests.Find("GET", "/view").Select(request => request.Headers.TryGetValue("Range", out string? range) ? range : "all")];
        Assert.Equal(3, ranges.Length);
        Assert.Equal("all", ranges[0]);
        Assert.All(scene.Server.Requests.Find("GET", "/view").Skip(1), request => Assert.True(request.Headers.ContainsKey("If-Range") || !request.Headers.ContainsKey("Range")));
        Assert.Contains(ranges, range => range.StartsWith("bytes=", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_file_that_changed_while_it_was_cut_comes_from_the_start()
    {
        await using Scene scene = await StartWithBigFileAsync();
        scene.Server.Faults.CutBody("GET", "^/view", 700_000, times: 1);
        string source = Path.Combine(scene.Server.OutputDirectory, "big.bin");

        Task<FileInfo> saving = SaveAsync(scene, BigFile(scene));
        await Eventually.TrueAsync(() => scene.Clock.IsAwaited);
        byte[] other = new byte[1_500_000];
        new Random(1).NextBytes(other);
        File.WriteAllBytes(source, other);
        FileInfo file = await scene.Clock.PassUntilAsync(saving);

        Assert.Equal(other, File.ReadAllBytes(file.FullName));
    }

    [Fact]
    public async Task A_file_that_never_comes_whole_leaves_nothing_behind()
    {
        await using Scene scene = await StartWithBigFileAsync();
        scene.Server.Faults.CutBody("GET", "^/view", 0);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Clock.PassUntilAsync(SaveAsync(scene, BigFile(scene))));

        Assert.Contains(error.ErrorId, new[] { ComfyUIErrorId.IncompleteDownload, ComfyUIErrorId.ConnectionLost });
        Assert.Equal(NothingPartial, Directory.GetFileSystemEntries(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_download_that_is_cancelled_leaves_nothing_behind()
    {
        await using Scene scene = await StartWithBigFileAsync();
        scene.Server.Faults.CutBody("GET", "^/view", 700_000);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

        Task<FileInfo> saving = scene.Session.Outputs.SaveAsync(BigFile(scene), new ComfyUISaveOptions { Folder = scene.Folder.FullName }, cancel.Token);
        await Eventually.TrueAsync(() => scene.Clock.IsAwaited);
        Assert.Single(Directory.GetFiles(scene.Folder.FullName, ".*.partial"));
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
        Assert.Equal(NothingPartial, Directory.GetFileSystemEntries(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_an_error_of_its_own()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        File.WriteAllText(scene.Folder["file"], "in the way");

        var error = await Assert.ThrowsAsync<ComfyUIException>(
            () => scene.Session.Outputs.SaveAsync(job.Outputs[0], new ComfyUISaveOptions { Folder = scene.Folder["file"] }, Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        Assert.Contains(scene.Folder["file"], error.Message);
    }

    [Fact]
    public async Task One_file_that_cannot_be_had_does_not_keep_the_others_from_being_saved()
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1, batch: 3), cancellationToken: Scene.Cancel);
        File.Delete(Path.Combine(scene.Server.OutputDirectory, "picture_00002_.png"));

        ComfyUIJob saved = await scene.Session.Jobs.SaveAsync(job, new ComfyUISaveOptions { Folder = scene.Folder.FullName }, Scene.Cancel);

        Assert.Equal(["picture_00001_.png", "picture_00003_.png"], saved.Files.Select(file => file.Name));
        Assert.IsType<ComfyUINotFoundException>(saved.Error);
        Assert.Equal(ComfyUIJobStatus.Completed, saved.Status);
    }

    [Fact]
    public async Task A_hostile_name_is_asked_for_as_it_is_and_saved_inside_the_folder()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/view", 200, body: "payload", contentType: "application/octet-stream");
        var output = new ComfyUIOutput { FileName = "../../a&b=c#d%41\u00E4.png", Subfolder = "../x", Type = "output" };

        FileInfo file = await SaveAsync(scene, output);

        Assert.StartsWith(scene.Folder.FullName + Path.DirectorySeparatorChar, file.FullName, StringComparison.Ordinal);
        Assert.Equal("/view?filename=..%2F..%2Fa%26b%3Dc%23d%2541%C3%A4.png&subfolder=..%2Fx&type=output", Assert.Single(scene.Server.Requests).Path);
    }

    private static Task<FileInfo> SaveAsync(Scene scene, ComfyUIOutput output)
        => scene.Session.Outputs.SaveAsync(output, new ComfyUISaveOptions { Folder = scene.Folder.FullName }, Scene.Cancel);

    private static async Task<Scene> StartWithBigFileAsync()
    {
        Scene scene = await Scene.StartAsync(fakeClock: true);
        byte[] content = new byte[2_000_000];
        new Random(7).NextBytes(content);
        Directory.CreateDirectory(scene.Server.OutputDirectory);
        File.WriteAllBytes(Path.Combine(scene.Server.OutputDirectory, "big.bin"), content);
        return scene;
    }

    private static ComfyUIOutput BigFile(Scene scene) => new() { FileName = "big.bin", Type = "output", Session = scene.Session };
}
