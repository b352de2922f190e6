namespace ComfyUI.PowerShell;

/// <summary>Something a value can be.</summary>
/// <param name="Text">The value.</param>
/// <param name="ToolTip">What a person should know of it; null for nothing more.</param>
/// <param name="Shown">What a list of candidates shows; null for the value.</param>
/// <param name="IsCode">Whether the value is an expression, such as <c>$true</c>, and needs no quotes.</param>
internal sealed record Candidate(string Text, string? ToolTip = null, string? Shown = null, bool IsCode = false);
