using System;

namespace ComfyUI.Client;

/// <summary>The server or a proxy before it wants credentials, or refused those it got (HTTP 401 and 407).</summary>
public sealed class ComfyUIAuthenticationException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
