using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>What a real server said, in a folder beside the repository; tests that need it are skipped without it.</summary>
internal static class Recordings
{
    private const string None = "no shared folder";

    private static readonly string? Folder = Find();

    /// <summary>The files by name, for a theory; one name that <see cref="Events"/> skips when there are none.</summary>
    internal static TheoryData<string> Names => Folder is null
        ? [None]
        : [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith("object_info", StringComparison.Ordinal)).Order()];

    /// <summary>Whether there are any.</summary>
    internal static bool AreHere => Folder is not null;

    /// <summary>The events of a recording, in their order.</summary>
    internal static IEnumerable<JsonObject> Events(string name)
    {
        Assert.SkipWhen(Folder is null, "There is no folder of recordings (../shared/recordings) beside the repository.");
        JsonNode recording = JsonText.Parse(File.ReadAllBytes(Path.Combine(Folder, name)))!;
        return recording["events"]!.AsArray().OfType<JsonObject>();
    }

    /// <summary>The node classes of the server that was recorded.</summary>
    internal static ComfyUINodeCatalogue Catalogue => ComfyUINodeCatalogue.LoadFile(Path.Combine(Folder!, "object_info.json"));

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "recordings");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
