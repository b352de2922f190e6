using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>The shared corpus of UI workflows and the prompts that the real frontend made of them. It lies beside the repository, when it is there.</summary>
internal static class Corpus
{
    private static readonly string? Root = Find();
    private static readonly Lazy<ComfyUINodeCatalogue> LazyCatalogue = new(() => ComfyUINodeCatalogue.LoadFile(Path.Combine(Root!, "object_info.json")));
    private static readonly Lazy<IReadOnlyList<CorpusItem>> LazyItems = new(() => ReadItems().ToList());

    internal static ComfyUINodeCatalogue Catalogue => LazyCatalogue.Value;

    internal static IReadOnlyList<CorpusItem> Items => LazyItems.Value;

    internal static void SkipIfAbsent()
    {
        if (Root is null)
        {
            Assert.Skip("The corpus of real workflows (shared/corpus beside the repository) is not here.");
        }
    }

    internal static JsonObject ReadObject(string path) => (JsonObject)JsonText.Parse(File.ReadAllBytes(path))!;

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ComfyUI.sln")))
            {
                string path = Path.Combine(folder.Parent?.FullName ?? "/", "shared", "corpus");
                return File.Exists(Path.Combine(path, "index.json")) ? path : null;
            }
        }

        return null;
    }

    private static IEnumerable<CorpusItem> ReadItems()
    {
        var index = (JsonArray)JsonText.Parse(File.ReadAllBytes(Path.Combine(Root!, "index.json")))!;
        foreach (JsonNode? entry in index)
        {
            string kind = entry!["kind"]!.GetValue<string>();
            yield return new CorpusItem(
                entry["slug"]!.GetValue<string>(),
                kind,
                entry["use"]!.GetValue<string>(),
                Path.Combine(Root!, entry["dir"]!.GetValue<string>()),
                Strings(entry["newer_inputs"]),
                Strings(entry["features"]),
                Strings(entry["unknown_classes"]));
        }
    }

    private static HashSet<string> Strings(JsonNode? list)
        => list is JsonArray array ? array.Select(item => item!.GetValue<string>()).ToHashSet(StringComparer.Ordinal) : [];
}

internal sealed record CorpusItem(string Slug, string Kind, string Use, string Folder, HashSet<string> NewerInputs, HashSet<string> Features, HashSet<string> UnknownClasses)
{
    /// <summary>The workflow in each of its three forms with the prompt expected of it.</summary>
    internal IEnumerable<(string File, string Expected)> Oracles()
    {
        string fresh = Kind == "real" ? "prompt.frontend.json" : "prompt.json";
        foreach ((string file, string expected) in new[]
        {
            ("workflow.json", "prompt.json"), ("workflow.json", fresh), ("workflow.v1.json", fresh), ("workflow.resaved.json", fresh),
        }.Distinct())
        {
            if (File.Exists(Path.Combine(Folder, file)) && File.Exists(Path.Combine(Folder, expected)))
            {
                yield return (file, expected);
            }
        }
    }

    internal string PathOf(string file) => Path.Combine(Folder, file);
}
