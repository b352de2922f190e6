using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A prompt made of a UI workflow.</summary>
internal sealed class ConversionResult
{
    internal ConversionResult(JsonObject prompt, JsonObject workflow, IReadOnlyList<ComfyUIConversionWarning> warnings)
    {
        Prompt = prompt;
        Workflow = workflow;
        Warnings = warnings;
    }

    /// <summary>The API format: node id to <c>inputs</c>, <c>class_type</c> and <c>_meta.title</c>.</summary>
    internal JsonObject Prompt { get; }

    /// <summary>The UI document to send along as <c>extra_pnginfo.workflow</c>: the very one that was converted, unchanged.</summary>
    internal JsonObject Workflow { get; }

    /// <summary>What could not be converted quite as drawn.</summary>
    internal IReadOnlyList<ComfyUIConversionWarning> Warnings { get; }
}
