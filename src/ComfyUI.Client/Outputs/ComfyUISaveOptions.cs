namespace ComfyUI.Client;

/// <summary>Where the files of a job go on this machine.</summary>
public sealed class ComfyUISaveOptions
{
    /// <summary>The folder, made when it is missing. The server's subfolders are kept below it.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Whether previews (type <c>temp</c>) are saved too.</summary>
    public bool IncludeTemp { get; init; }

    /// <summary>Whether a file that exists is overwritten; else the new one gets a number.</summary>
    public bool Overwrite { get; init; }
}
