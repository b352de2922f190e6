using System;

namespace ComfyUI.Client;

/// <summary>An answer was no JSON, or not of the shape that the route promises; most often something else than ComfyUI answers there.</summary>
public sealed class ComfyUIProtocolException(string errorId, string message, Exception? innerException = null)
    : ComfyUIException(errorId, message, innerException);
