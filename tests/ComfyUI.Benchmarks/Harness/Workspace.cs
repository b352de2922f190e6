using System;
using System.IO;

namespace ComfyUI.Benchmarks;

/// <summary>The folder that everything temporary goes to; it is gone at the end.</summary>
internal sealed class Workspace : IDisposable
{
    private const long RoomNeeded = 6L * 1024 * 1024 * 1024;

    internal Workspace(string? parent)
    {
        Parent = parent ?? (HasRoom("/dev/shm") ? "/dev/shm" : Path.GetTempPath());
        Folder = Path.Combine(Parent, "comfy-benchmark-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(Folder);
    }

    internal string Parent { get; }

    internal string Folder { get; }

    /// <summary>Where contenders save files.</summary>
    internal string Downloads => Sub("downloads");

    internal string Sub(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    internal string File(string name) => Path.Combine(Folder, name);

    internal void EmptyDownloads()
    {
        Directory.Delete(Downloads, recursive: true);
        Directory.CreateDirectory(Downloads);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static bool HasRoom(string folder)
        => Directory.Exists(folder) && new DriveInfo(folder).AvailableFreeSpace > RoomNeeded;
}
