using System;

namespace ComfyUI.Client;

/// <summary>The server failed (HTTP 500 to 599), or answered 429 until the retries were used up.</summary>
public sealed class ComfyUIServerException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
