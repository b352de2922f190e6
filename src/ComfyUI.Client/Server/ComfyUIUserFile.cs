using System;

namespace ComfyUI.Client;

/// <summary>A file that the server keeps for a user (<c>GET /userdata</c>), such as a workflow saved in the browser.</summary>
public sealed record ComfyUIUserFile
{
    /// <summary>The path below the user's folder, with <c>/</c>: <c>workflows/portrait.json</c>.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The last part of the path.</summary>
    public string Name => Path.Substring(Path.LastIndexOf('/') + 1);

    /// <summary>The size in bytes; null when the server does not say.</summary>
    public long? Size { get; init; }

    /// <summary>When it was last changed; null when the server does not say.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>The session of the server that has it.</summary>
    public ComfyUISession? Session { get; init; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
