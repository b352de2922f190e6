using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ComfyUI.Client;

/// <summary>
/// Keeps node catalogues on disk between sessions, one file for each server and version: a line with the checksum of what follows, and the text
/// as the server sent it. Whatever goes wrong here costs a request and nothing else, so it is never an error.
/// </summary>
internal sealed class CatalogueStore
{
    /// <summary>The variable that names another folder.</summary>
    internal const string FolderVariable = "COMFYUI_CACHE_PATH";

    private const string Prefix = "object_info-";

    // Each version of a server leaves a file behind.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int HashLength = 24;
    private const int SealLength = HashLength + 1;

    private readonly string? _folder;
    private readonly string _name;

    /// <param name="folder">The folder; null for the user's own, empty to keep nothing.</param>
    /// <param name="address">The server.</param>
    /// <param name="version">Its version; null when it was not asked.</param>
    internal CatalogueStore(string? folder, Uri address, string? version)
    {
        _folder = folder ?? DefaultFolder();
        _name = Prefix + Hash(new ArraySegment<byte>(Encoding.UTF8.GetBytes(address.AbsoluteUri + "\n" + version))) + ".kept";
    }

    /// <summary>What is kept, and when it was fetched; null when there is nothing that can be used.</summary>
    internal StoredCatalogue? Read()
    {
        if (string.IsNullOrEmpty(_folder))
        {
            return null;
        }

        try
        {
            string path = Path.Combine(_folder!, _name);
            DateTime time = File.GetLastWriteTimeUtc(path);
            return File.Exists(path) && Unsealed(File.ReadAllBytes(path)) is { } json
                ? new StoredCatalogue(ComfyUINodeCatalogue.ParseKept(json), new DateTimeOffset(time, TimeSpan.Zero))
                : null;
        }
        catch (Exception e) when (e is ComfyUIException or System.Text.Json.JsonException || IsDisk(e))
        {
            return null;
        }
    }

    /// <summary>Keeps a catalogue. Of several writers the last one wins, and a reader sees one of them whole.</summary>
    internal void Write(ReadOnlyMemory<byte> utf8Json, DateTimeOffset time)
    {
        if (string.IsNullOrEmpty(_folder))
        {
            return;
        }

        try
        {
            MakeFolder(_folder!);
            string path = Path.Combine(_folder!, _name);
            string partial = path + "." + Guid.NewGuid().ToString("N") + ".partial";
            try
            {
                using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                {
                    ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(utf8Json, out ArraySegment<byte> whole) ? whole : new ArraySegment<byte>(utf8Json.ToArray());
                    file.Write(Seal(bytes), 0, SealLength);
                    file.Write(bytes.Array!, bytes.Offset, bytes.Count);
                }

                File.SetLastWriteTimeUtc(partial, time.UtcDateTime);
                AtomicFile.Replace(partial, path);
            }
            finally
            {
                File.Delete(partial);
            }

            RemoveOld(_folder!, time.UtcDateTime);
        }
        catch (Exception e) when (IsDisk(e))
        {
            // A full disk, or a folder that may not be written: then it is fetched again next time.
        }
    }

    /// <summary>The folder for such things of the current user; null when the system names none.</summary>
    internal static string? DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen)
        {
            return chosen;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        string? parent = Path.DirectorySeparatorChar == '\\' ? local
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : home.Length == 0 ? null
            : Directory.Exists(Path.Combine(home, "Library", "Caches")) ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return string.IsNullOrEmpty(parent) ? null : Path.Combine(parent, "ComfyUI.PowerShell");
    }

    private static byte[] Seal(ArraySegment<byte> json) => Encoding.ASCII.GetBytes(Hash(json) + "\n");

    /// <summary>The text of a file; null when it is not what was written there.</summary>
    private static ReadOnlyMemory<byte>? Unsealed(byte[] file)
        => file.Length >= SealLength && file.AsSpan(0, SealLength).SequenceEqual(Seal(new ArraySegment<byte>(file, SealLength, file.Length - SealLength)))
            ? file.AsMemory(SealLength)
            : null;

    private static void MakeFolder(string folder)
    {
#if !NETSTANDARD2_0
        if (!OperatingSystem.IsWindows())
        {
            // What models a server has is nobody else's business.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(folder);
    }

    private static void RemoveOld(string folder, DateTime now)
    {
        foreach (string file in Directory.GetFiles(folder, Prefix + "*"))
        {
            if (now - File.GetLastWriteTimeUtc(file) > Lifetime)
            {
                File.Delete(file);
            }
        }
    }

    private static string Hash(ArraySegment<byte> bytes)
    {
        using SHA256 sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(bytes.Array!, bytes.Offset, bytes.Count);
        return BitConverter.ToString(hash, 0, HashLength / 2).Replace("-", string.Empty).ToLowerInvariant();
    }

    private static bool IsDisk(Exception error)
        => error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or System.Security.SecurityException;
}

/// <summary>A catalogue, and when the server gave it.</summary>
internal sealed record StoredCatalogue(ComfyUINodeCatalogue Catalogue, DateTimeOffset Time);
