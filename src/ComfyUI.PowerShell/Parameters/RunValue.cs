using System.Text.Json.Nodes;

namespace ComfyUI.PowerShell;

/// <summary>A value for an input of a workflow.</summary>
/// <param name="Key">Node and input, such as <c>6.text</c>.</param>
/// <param name="Value">The value; null for JSON's null, or when there is a file.</param>
/// <param name="UploadPath">A file of this machine, to be uploaded first; null for none.</param>
internal sealed record RunValue(string Key, JsonNode? Value, string? UploadPath);
