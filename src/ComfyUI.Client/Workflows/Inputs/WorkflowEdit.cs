using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A change to a workflow, of what a person names.</summary>
/// <param name="Name">The input, such as <c>KSampler.seed</c>, or the node.</param>
internal abstract record WorkflowEdit(string Name);

/// <summary>An input gets a value. A link it had is removed.</summary>
internal sealed record ValueEdit(string Name, JsonNode? Value) : WorkflowEdit(Name);

/// <summary>An input is linked to an output.</summary>
/// <param name="Name">The input.</param>
/// <param name="Source">The output: node and index or name, such as <c>4.0</c>.</param>
internal sealed record LinkEdit(string Name, string Source) : WorkflowEdit(Name);

/// <summary>The link of an input is removed; where it has a value of its own underneath, that counts again.</summary>
internal sealed record UnlinkEdit(string Name) : WorkflowEdit(Name);

/// <summary>A node is bypassed, muted or enabled.</summary>
internal sealed record ModeEdit(string Name, ComfyUINodeMode Mode) : WorkflowEdit(Name);
