using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>
/// A workflow is not one that can run: it could not be read, names something that does not exist, or the server refused it
/// (<c>POST /prompt</c>, HTTP 400).
/// </summary>
public sealed class ComfyUIValidationException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException)
{
    /// <summary>The server's <c>error.type</c>, such as <c>prompt_outputs_failed_validation</c>; null when the server was not asked.</summary>
    public string? ServerErrorType { get; init; }

    /// <summary>What is wrong with each node, in the server's words; empty when the server named none.</summary>
    public IReadOnlyList<ComfyUINodeError> NodeErrors { get; init; } = [];
}
