using System;

namespace ComfyUI.Client;

/// <summary>The server could not be reached, the connection broke, or it would not have been safe to use.</summary>
public sealed class ComfyUIConnectionException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
