using System;

namespace ComfyUI.Client;

/// <summary>A line of the server's log (<c>GET /internal/logs/raw</c>).</summary>
/// <param name="Time">When it was written, by the server's own clock and zone; null when it did not say.</param>
/// <param name="Message">The line, without colours and control characters.</param>
public sealed record ComfyUILogEntry(DateTime? Time, string Message)
{
    /// <summary>The line.</summary>
    public override string ToString() => Message;
}
