using System;
using System.Collections.Generic;
using System.IO;

namespace ComfyUI.Client;

/// <summary>Node catalogues that people saved to files, read once: the catalogue cache of the process.</summary>
internal static class CatalogueFiles
{
    private const int MaxKept = 4;
    private const string Action = "Give a file with the server's answer of /object_info: Invoke-ComfyUIRequest /object_info -OutFile nodes.json.";

    private static readonly object Lock = new();
    private static readonly List<Entry> Kept = [];

    /// <summary>Reads a catalogue, or gives the one that was read before if the file is still the same.</summary>
    /// <exception cref="ComfyUIException">The file cannot be read, or is no catalogue.</exception>
    internal static ComfyUINodeCatalogue Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var key = (file.FullName, file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
            lock (Lock)
            {
                int index = Kept.FindIndex(entry => entry.Key == key);
                Entry found = index < 0 ? new Entry(key, ComfyUINodeCatalogue.LoadFile(path)) : Kept[index];
                if (index >= 0)
                {
                    Kept.RemoveAt(index);
                }

                // The last used is the last to go.
                Kept.RemoveAll(entry => entry.Key.Path == key.FullName);
                Kept.Add(found);
                if (Kept.Count > MaxKept)
                {
                    Kept.RemoveAt(0);
                }

                return found.Catalogue;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileFailed, $"The node catalogue '{path}' cannot be read: {e.Message}", e) { RecommendedAction = Action };
        }
        catch (ComfyUIException e)
        {
            throw new ComfyUIException(e.ErrorId, $"'{path}' is no node catalogue: {e.Message}", e) { RecommendedAction = Action };
        }
    }

    private sealed record Entry((string Path, DateTime Time, long Length) Key, ComfyUINodeCatalogue Catalogue);
}
