using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What <see cref="EmbeddedWorkflowReader"/> found in a media file: at least one of the two graphs.</summary>
/// <remarks>
/// The texts are as in the file. Where a file holds both graphs in one JSON object (SVG, one comment for both), they are
/// written anew, with every number as it was.
/// </remarks>
internal sealed class EmbeddedWorkflow
{
    /// <summary>The kind of file by its content, such as <c>PNG</c> or <c>WebM/Matroska</c>.</summary>
    internal required string Format { get; init; }

    /// <summary>The graph in API format as JSON text; null when the file holds none. May hold bare <c>NaN</c>.</summary>
    internal string? PromptText { get; init; }

    /// <summary>The graph in API format; null when the file holds none.</summary>
    internal JsonObject? Prompt { get; init; }

    /// <summary>The graph in UI format as JSON text; null when the file holds none, as after most runs over the API.</summary>
    internal string? WorkflowText { get; init; }

    /// <summary>The graph in UI format; null when the file holds none.</summary>
    internal JsonObject? Workflow { get; init; }

    /// <summary>What was wrong with the rest of the file, in sentences for a person; empty when nothing was.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];
}
