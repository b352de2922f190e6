using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>A small disk of its own, gone after the test.</summary>
internal sealed class SmallDisk(string path) : IAsyncDisposable
{
    internal string Path => path;

    /// <summary>Mounts a disk of a size such as <c>1m</c>; skips the test where that cannot be done.</summary>
    internal static async Task<SmallDisk> MountAsync(string path, string size)
    {
        Directory.CreateDirectory(path);
        Assert.SkipUnless(
            await OtherProgram.RunAsync("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", path) == 0,
            "A small disk cannot be mounted here: it needs Linux and root.");
        return new SmallDisk(path);
    }

    public async ValueTask DisposeAsync() => await OtherProgram.RunAsync("umount", path);
}
