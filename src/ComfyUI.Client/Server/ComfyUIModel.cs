using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>A model file on the server (<c>GET /experiment/models/{folder}</c> or <c>/models/{folder}</c>).</summary>
public sealed record ComfyUIModel
{
    /// <summary>The kind of model: <c>checkpoints</c>, <c>loras</c>, <c>vae</c>, <c>embeddings</c> and so on.</summary>
    public string Folder { get; init; } = string.Empty;

    /// <summary>The name, with the server's own separator before it: what an input such as <c>ckpt_name</c> must hold.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The file's size in bytes; null when the server does not say.</summary>
    public long? Size { get; init; }

    /// <summary>When the file was last changed; null when the server does not say.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When the file was made; null when the server does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// What the file says of itself (<c>__metadata__</c> of a safetensors file, <c>GET /view_metadata/{folder}</c>): empty when it says
    /// nothing, null when it was not asked for.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The session of the server that has it.</summary>
    public ComfyUISession? Session { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
