using System;

namespace ComfyUI.Client;

/// <summary>A job ended before it was done because somebody interrupted it, took it from the queue, or the server forgot it.</summary>
public sealed class ComfyUIInterruptedException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException)
{
    /// <summary>The id of the node that was running; null when none was, or the server did not say.</summary>
    public string? NodeId { get; init; }
}
