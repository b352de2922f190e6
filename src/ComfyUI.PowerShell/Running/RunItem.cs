using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>One workflow to run, and how: made on the pipeline's thread from what the user gave.</summary>
internal sealed class RunItem
{
    internal ComfyUISession Session { get; init; } = null!;

    internal int Index { get; init; }

    /// <summary>Reads the workflow.</summary>
    internal Func<CancellationToken, Task<ComfyUIWorkflow>> Read { get; init; } = null!;

    /// <summary>The inputs to set.</summary>
    internal IReadOnlyList<RunValue> Values { get; init; } = [];

    internal ulong? Seed { get; init; }

    /// <summary>Whether the seeds are to be new ones, as the browser changes them between runs.</summary>
    internal bool RandomizeSeed { get; init; }

    internal bool Front { get; init; }

    internal IReadOnlyList<string>? Targets { get; init; }

    internal TimeSpan? Timeout { get; init; }

    internal ComfyUISaveOptions? Save { get; init; }

    /// <summary>What the errors of this run are about, for as long as there is no job.</summary>
    internal object? Target { get; init; }

    internal ComfyUIRunOptions Options => new() { Index = Index, Front = Front, Targets = Targets, Timeout = Timeout, Save = Save };

    /// <summary>The workflow with its inputs set.</summary>
    internal async Task<ComfyUIWorkflow> PrepareAsync(CancellationToken cancellationToken)
    {
        ComfyUIWorkflow workflow = await Read(cancellationToken).ConfigureAwait(false);
        CatalogueInUse classes = Session.Workflows.Catalogue();
        if (RandomizeSeed)
        {
            // First, so that a seed that is named in full wins.
            workflow = await Session.Workflows.RandomizeSeedsAsync(workflow, Index + 1, classes, cancellationToken).ConfigureAwait(false);
        }

        if (Values.Any(value => value.UploadPath is not null))
        {
            // Nothing goes to the server for a run that a wrong name or a missing file ends anyway.
            await SetInputsAsync(workflow, Values.Select(WithoutUpload), classes, cancellationToken).ConfigureAwait(false);
        }

        return await SetInputsAsync(workflow, await UploadAsync(cancellationToken).ConfigureAwait(false), classes, cancellationToken).ConfigureAwait(false);
    }

    private Task<ComfyUIWorkflow> SetInputsAsync(
        ComfyUIWorkflow workflow, IEnumerable<KeyValuePair<string, JsonNode?>> values, CatalogueInUse classes, CancellationToken cancellationToken)
        => Session.Workflows.SetInputsAsync(workflow, [.. values], Seed, classes, cancellationToken);

    private static KeyValuePair<string, JsonNode?> WithoutUpload(RunValue value)
    {
        if (value.UploadPath is not null)
        {
            FileOperations.CheckReadable(value.UploadPath);
        }

        return new KeyValuePair<string, JsonNode?>(value.Key, value.UploadPath is null ? value.Value : JsonValue.Create(Path.GetFileName(value.UploadPath)));
    }

    private async Task<List<KeyValuePair<string, JsonNode?>>> UploadAsync(CancellationToken cancellationToken)
    {
        var values = new List<KeyValuePair<string, JsonNode?>>();
        foreach (RunValue value in Values)
        {
            JsonNode? json = value.UploadPath is null
                ? value.Value
                : JsonValue.Create((await Session.Files.SendAsync(value.UploadPath, cancellationToken: cancellationToken).ConfigureAwait(false)).Value);
            values.Add(new KeyValuePair<string, JsonNode?>(value.Key, json));
        }

        return values;
    }
}
