using System;
using System.IO;

namespace ComfyUI.Client;

/// <summary>Puts a finished file in the place of another, so that a reader sees the old one or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>A path for a file that is being written and has no real name yet, which nobody can guess.</summary>
    internal static string NewPartial(string folder) => Path.Combine(folder, "." + Guid.NewGuid().ToString("N") + ".partial");

    /// <summary>Gives a file its real name; one that bears it already is gone then.</summary>
    internal static void Replace(string partial, string target)
    {
#if NETSTANDARD2_0
        if (File.Exists(target))
        {
            File.Replace(partial, target, null);
        }
        else
        {
            File.Move(partial, target);
        }
#else
        File.Move(partial, target, overwrite: true);
#endif
    }

    /// <summary>Takes away what has no real name yet; nothing happens when it has got one.</summary>
    internal static void Discard(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It bears a name that nobody takes for a result.
        }
    }

    /// <summary>Gives a file a name that nothing has yet; false when something has it, or is just getting it.</summary>
    /// <exception cref="IOException">It cannot be done at all.</exception>
    internal static bool TryMove(string source, string target)
    {
        // Moving looks for a file of the name first, and on Unix that is a step of its own: only who holds the mark may take both.
        string mark = Path.Combine(Path.GetDirectoryName(target)!, "." + Path.GetFileName(target) + ".saving");
        using FileStream? held = TryHold(mark) ?? (IsLeftOver(mark) ? TryHold(mark) : null);
        if (held is null || IsThere(target))
        {
            return false;
        }

        try
        {
            File.Move(source, target);
            return true;
        }
        catch (IOException) when (IsThere(target))
        {
            // Somebody who does not know of marks was faster.
            return false;
        }
    }

    // Also a folder, and a link to nothing. All bits are set where there is nothing at all.
    private static bool IsThere(string path) => new FileInfo(path).Attributes != (FileAttributes)(-1);

    private static FileStream? TryHold(string mark)
    {
        try
        {
            return new FileStream(mark, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    // By its code, for the mark may be gone again by now: EEXIST, EWOULDBLOCK (Linux, macOS), ERROR_FILE_EXISTS, ERROR_SHARING_VIOLATION.
    private static bool IsTaken(IOException error)
        => error.HResult is 17 or 11 or 35 or unchecked((int)0x80070050) or unchecked((int)0x80070020);

    // A process that was killed leaves its mark behind on Unix. Moving takes a moment, not a minute.
    private static bool IsLeftOver(string mark)
    {
        // A mark that is gone by now has a time in the year 1601.
        DateTime written = File.GetLastWriteTimeUtc(mark);
        if (written.Year < 1980 || DateTime.UtcNow - written < TimeSpan.FromMinutes(1))
        {
            return false;
        }

        File.Delete(mark);
        return true;
    }
}
