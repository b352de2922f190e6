using System;
using System.IO;

namespace ComfyUI.Client;

/// <summary>Errors about files of this machine.</summary>
internal static class FileErrors
{
    /// <summary>The error for a file that cannot be opened.</summary>
    /// <param name="what">What it was to be: "workflow file".</param>
    /// <param name="path">The file.</param>
    /// <param name="cause">How the system refused.</param>
    internal static ComfyUIException Unreadable(string what, string path, Exception cause)
    {
        // The system says only that access is denied.
        bool isFolder = Directory.Exists(path);
        return new ComfyUIException(
            ComfyUIErrorId.FileFailed, $"The {what} '{path}' " + (isFolder ? "is a folder." : $"cannot be read: {cause.Message}"), cause)
        {
            RecommendedAction = isFolder ? "Give a file in it, or several with a wildcard." : "Check the path, and that you may read the file.",
        };
    }
}
