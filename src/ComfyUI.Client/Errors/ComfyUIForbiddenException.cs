using System;

namespace ComfyUI.Client;

/// <summary>The server or a proxy before it does not allow the request (HTTP 403).</summary>
public sealed class ComfyUIForbiddenException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
