using System;

namespace ComfyUI.TestServer;

/// <summary>An error as Python would name it; outside a node it becomes the server's plain 500.</summary>
internal sealed class PyException : Exception
{
    public PyException(string typeName, string message)
        : base(message) => TypeName = typeName;

    /// <summary>The exception's class, for example <c>ValueError</c> or <c>PIL.UnidentifiedImageError</c>.</summary>
    public string TypeName { get; }
}
