using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Previews on their way to the disk: as careful as other files, and never a reason for a job to end.</summary>
public sealed class PreviewFileTests
{
    [Fact]
    public async Task A_link_of_a_previews_name_is_replaced_and_what_it_leads_to_is_left_alone()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Jobs.Pause();
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(0.2, 2, preview: true), cancellationToken: Scene.Cancel);
        string folder = Directory.CreateDirectory(scene.Folder["previews"]).FullName;
        string name = Path.Combine(folder, $"{job.Id[..8]}_2_00001.jpg");
        File.WriteAllText(scene.Folder["mine"], "mine");
        Link(name, scene.Folder["mine"]);
        Task<ComfyUIJob> watching = scene.Session.Jobs.WatchAsync(job.Id, _ => { }, folder, Scene.Cancel);
        scene.Server.Jobs.Resume();

        Assert.Equal(ComfyUIJobStatus.Completed, (await watching).Status);
        Assert.Equal("mine", File.ReadAllText(scene.Folder["mine"]));
        Assert.Null(new FileInfo(name).LinkTarget);
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(name)[..2]);
    }

    [Fact]
    public async Task A_full_disk_ends_the_watching_leaves_nothing_behind_and_not_the_job()
    {
        await using Scene scene = await Scene.StartAsync();
        await using SmallDisk disk = await SmallDisk.MountAsync(scene.Folder["disk"], "64k");
        File.WriteAllBytes(Path.Combine(disk.Path, "full"), new byte[64 * 1024]);
        scene.Server.Jobs.Pause();
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Slow(0.2, 2, preview: true), cancellationToken: Scene.Cancel);
        Task<ComfyUIJob> watching = scene.Session.Jobs.WatchAsync(job.Id, _ => { }, disk.Path, Scene.Cancel);
        scene.Server.Jobs.Resume();

        var error = await Assert.ThrowsAsync<ComfyUIException>(() => watching);

        Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        Assert.Contains("room", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(disk.Path, "full")], Directory.GetFileSystemEntries(disk.Path));
        Assert.Equal(ComfyUIJobStatus.Completed, (await scene.Session.Jobs.WaitAsync(job.Id, cancellationToken: Scene.Cancel)).Status);
    }

    private static void Link(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This account may not make links: " + e.Message);
        }
    }
}
