namespace ComfyUI.Client;

/// <summary>A file that the server took (<c>POST /upload/image</c> or <c>/upload/mask</c>).</summary>
public sealed record ComfyUIUpload
{
    /// <summary>The name the server gave it, which may not be the file's own.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The folder below the server's folder of this type; empty for none.</summary>
    public string Subfolder { get; init; } = string.Empty;

    /// <summary><c>input</c>, <c>temp</c> or <c>output</c>.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>What an input of a node, such as LoadImage's <c>image</c>, must hold to use the file.</summary>
    public string Value
    {
        get
        {
            string path = Subfolder.Length == 0 ? Name : Subfolder + "/" + Name;
            return Type is "input" or "" ? path : $"{path} [{Type}]";
        }
    }

    /// <summary>The same as <see cref="Value"/>.</summary>
    public override string ToString() => Value;
}
