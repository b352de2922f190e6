namespace ComfyUI.PowerShell;

/// <summary>Something a value can be.</summary>
/// <param name="Text">The value.</param>
/// <param name="ToolTip">What a person should know of it; null for nothing more.</param>
internal sealed record Candidate(string Text, string? ToolTip = null);
