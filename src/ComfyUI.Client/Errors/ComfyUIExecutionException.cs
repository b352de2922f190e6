using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>A node raised an error while its prompt ran (<c>execution_error</c> in the events and in the history).</summary>
public sealed class ComfyUIExecutionException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException)
{
    /// <summary>The id of the node that failed; null when the server did not say.</summary>
    public string? NodeId { get; init; }

    /// <summary>The class of the node that failed, such as <c>KSampler</c>.</summary>
    public string? NodeType { get; init; }

    /// <summary>The Python class of the error, such as <c>ValueError</c> or <c>torch.OutOfMemoryError</c>.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The Python traceback, one frame an entry; empty when the server gave none.</summary>
    public IReadOnlyList<string> Traceback { get; init; } = [];
}
