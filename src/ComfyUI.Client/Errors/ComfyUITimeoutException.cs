using System;

namespace ComfyUI.Client;

/// <summary>A request, a run or a wait took longer than its limit.</summary>
public sealed class ComfyUITimeoutException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
