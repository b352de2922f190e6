using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A change whose names have been looked up.</summary>
/// <param name="Edit">The change.</param>
/// <param name="NodeId">The node's id in the prompt.</param>
/// <param name="Input">The input; empty when it is about the whole node.</param>
/// <param name="Value">The value, made to fit.</param>
/// <param name="Source">For a link, the output it comes from.</param>
internal sealed record ResolvedEdit(WorkflowEdit Edit, string NodeId, string Input, JsonNode? Value = null, (string NodeId, int Slot) Source = default);
