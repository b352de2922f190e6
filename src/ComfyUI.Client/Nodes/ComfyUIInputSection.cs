namespace ComfyUI.Client;

/// <summary>Which part of a node's inputs an input belongs to (<c>object_info</c>, key <c>input</c>).</summary>
public enum ComfyUIInputSection
{
    /// <summary>The prompt must hold it.</summary>
    Required,

    /// <summary>The prompt may leave it out.</summary>
    Optional,

    /// <summary>The server fills it in itself; a prompt never holds it.</summary>
    Hidden,
}
