using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Media;

/// <summary>
/// The files that a real ComfyUI server saved, and damaged ones, in a folder beside the repository. Without it these tests are
/// skipped; the other tests make their own files.
/// </summary>
public sealed class SharedMediaTests
{
    private const string Suffix = ".expected.json";
    private const int MutationsPerFile = 200;
    private const int MutationsPerLargeFile = 10;
    private const int LargeFileBytes = 50_000;

    private static readonly string? Folder = FindFolder();

    // What the folder calls an error, and what we do.
    private static readonly Dictionary<string, string> ErrorIds = new()
    {
        ["chunk_too_long"] = ComfyUIErrorId.TruncatedFile,
        ["empty"] = ComfyUIErrorId.EmptyFile,
        ["no_metadata"] = ComfyUIErrorId.NoEmbeddedWorkflow,
        ["not_an_image"] = ComfyUIErrorId.UnknownFileFormat,
        ["too_large"] = ComfyUIErrorId.EmbeddedWorkflowTooLarge,
        ["truncated"] = ComfyUIErrorId.TruncatedFile,
    };

    public static TheoryData<string> FileNames
        => Folder is null
            ? ["no shared folder"]
            : [.. Directory.GetFiles(Folder, "*" + Suffix).Select(path => Path.GetFileName(path)[..^Suffix.Length]).Order()];

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadAsync_OfASharedFile_GivesWhatIsExpected(string file)
    {
        JsonNode expected = JsonText.Parse(await File.ReadAllTextAsync(PathOf(file) + Suffix, TestContext.Current.CancellationToken))!;
        JsonNode? graphs = expected["if_recovered"] ?? expected;
        using FileStream stream = File.OpenRead(PathOf(file));
        if (graphs["prompt"] is null && graphs["workflow"] is null)
        {
            var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => ReadAsync(stream, file));
            Assert.Equal(ErrorIds[(string)expected["error"]!], error.ErrorId);
            return;
        }

        EmbeddedWorkflow found = await ReadAsync(stream, file);

        Assert.Equal(JsonText.Write(graphs["prompt"]), JsonText.Write(found.Prompt).Replace("[NaN]", "[null]"));
        Assert.Equal(JsonText.Write(graphs["workflow"]), JsonText.Write(found.Workflow));
        Assert.Equal(expected["error"] is null ? 0 : 1, found.Warnings.Count);
        if (expected["prompt_raw"] is { } raw)
        {
            Assert.Equal((string?)raw, found.PromptText);
        }
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadAsync_OfAMutatedSharedFile_ReturnsOrThrowsOurError(string file)
    {
        byte[] original = await File.ReadAllBytesAsync(PathOf(file), TestContext.Current.CancellationToken);
        if (original.Length > 0)
        {
            await HostileMediaTests.MutateAsync(original, original.Length < LargeFileBytes ? MutationsPerFile : MutationsPerLargeFile);
        }
    }

    private static Task<EmbeddedWorkflow> ReadAsync(Stream stream, string file)
        => EmbeddedWorkflowReader.ReadAsync(stream, file, TestContext.Current.CancellationToken);

    private static string PathOf(string file)
    {
        if (Folder is null)
        {
            Assert.Skip("There is no folder '../shared/media' beside the repository.");
        }

        return Path.Combine(Folder, file);
    }

    private static string? FindFolder()
    {
        DirectoryInfo? root = new(System.AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ComfyUI.sln")))
        {
            root = root.Parent;
        }

        string? folder = root?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "media") : null;
        return Directory.Exists(folder) ? folder : null;
    }
}
