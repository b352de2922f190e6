using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>Disks that are full, folders that nobody may write to, names that do not fit, and links in the way.</summary>
public sealed class DiskTests
{
    private static readonly string[] Nothing = [];

    [Fact]
    public async Task A_full_disk_is_an_error_of_its_own_and_nothing_is_left_on_it()
    {
        await using Scene scene = await StartAsync("big.bin", 3_000_000);
        await using SmallDisk disk = await SmallDisk.MountAsync(scene.Folder["disk"], "1m");

        var error = await Assert.ThrowsAsync<ComfyUIException>(() => SaveAsync(scene, "big.bin", disk.Path));

        Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        Assert.Contains("room", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(Nothing, Directory.GetFileSystemEntries(disk.Path));
        Assert.Equal(1, scene.Count("GET", "/view"));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_to_is_an_error_of_its_own()
    {
        await using Scene scene = await StartAsync("x.bin", 100);
        string folder = Directory.CreateDirectory(scene.Folder["fixed"]).FullName;
        Assert.SkipUnless(await OtherProgram.RunAsync("chattr", "+i", folder) == 0, "A folder cannot be made immutable here: chattr +i needs Linux, root and a file system that knows it.");
        try
        {
            var error = await Assert.ThrowsAsync<ComfyUIException>(() => SaveAsync(scene, "x.bin", folder));

            Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
            Assert.Contains("may write", error.RecommendedAction, StringComparison.Ordinal);
            Assert.Equal(Nothing, Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            await OtherProgram.RunAsync("chattr", "-i", folder);
        }
    }

    [Fact]
    public async Task Names_that_do_not_fit_are_shortened_keep_their_extension_and_do_not_meet()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/view", 200, body: "one");
        string name = new('\u96EA', 200);

        FileInfo first = await SaveAsync(scene, name + "1.png", scene.Folder.FullName);
        FileInfo second = await SaveAsync(scene, name + "2.png", scene.Folder.FullName);

        Assert.Equal([".png", ".png"], new[] { first.Extension, second.Extension });
        Assert.Equal(2, Directory.GetFiles(scene.Folder.FullName).Length);
    }

    [Theory]
    [InlineData("CON.png")]
    [InlineData("snow \u96EA \U0001F600.png")]
    [InlineData("dots...")]
    [InlineData("a:b|c?.png")]
    public async Task Odd_names_make_real_files(string name)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/view", 200, body: "one");

        FileInfo file = await SaveAsync(scene, name, scene.Folder.FullName);

        Assert.Equal([file.FullName], Directory.GetFileSystemEntries(scene.Folder.FullName));
        Assert.Equal("one", File.ReadAllText(file.FullName));
    }

    [Theory]
    [InlineData("out")]
    [InlineData("out/deeper")]
    [InlineData("in/out")]
    public async Task The_servers_folders_do_not_lead_through_a_link(string subfolder)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/view", 200, body: "one");
        string outside = Directory.CreateDirectory(scene.Folder["outside"]).FullName;
        string root = Directory.CreateDirectory(scene.Folder["root"]).FullName;
        Directory.CreateDirectory(Path.Combine(root, "in"));
        Link(Path.Combine(root, "out"), outside);
        Link(Path.Combine(root, "in", "out"), outside);

        var error = await Assert.ThrowsAsync<ComfyUIException>(() => SaveAsync(scene, "x.png", root, subfolder));

        Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        Assert.Contains("is a link", error.Message, StringComparison.Ordinal);
        Assert.Equal(Nothing, Directory.GetFileSystemEntries(outside));
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task The_folder_itself_may_be_a_link_and_a_link_of_the_files_name_is_kept()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/view", 200, body: "one");
        string real = Directory.CreateDirectory(scene.Folder["real"]).FullName;
        string root = scene.Folder["root"];
        Link(root, real);
        File.WriteAllText(scene.Folder["mine"], "mine");
        File.CreateSymbolicLink(Path.Combine(real, "x.png"), scene.Folder["mine"]);
        File.CreateSymbolicLink(Path.Combine(real, "x (1).png"), scene.Folder["nothing"]);

        FileInfo numbered = await SaveAsync(scene, "x.png", root);
        FileInfo replaced = await scene.Session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = "x.png", Type = "output" }, new ComfyUISaveOptions { Folder = root, Overwrite = true }, Scene.Cancel);

        Assert.Equal("x (2).png", numbered.Name);
        Assert.Equal("one", File.ReadAllText(replaced.FullName));
        Assert.Equal("mine", File.ReadAllText(scene.Folder["mine"]));
        Assert.False(File.Exists(scene.Folder["nothing"]));
    }

    private static async Task<Scene> StartAsync(string name, int length)
    {
        Scene scene = await Scene.StartAsync();
        Directory.CreateDirectory(scene.Server.OutputDirectory);
        File.WriteAllBytes(Path.Combine(scene.Server.OutputDirectory, name), new byte[length]);
        return scene;
    }

    private static Task<FileInfo> SaveAsync(Scene scene, string name, string folder, string subfolder = "")
        => scene.Session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = name, Subfolder = subfolder, Type = "output" }, new ComfyUISaveOptions { Folder = folder }, Scene.Cancel);

    private static void Link(string path, string target)
    {
        try
        {
            Directory.CreateSymbolicLink(path, target);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This account may not make links: " + e.Message);
        }
    }
}
