using System;

namespace ComfyUI.Client;

/// <summary>The server has no such route, file or job (HTTP 404, or an id that is not listed).</summary>
public sealed class ComfyUINotFoundException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
