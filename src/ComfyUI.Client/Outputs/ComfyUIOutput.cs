using System;
using System.Collections.Generic;
using System.IO;

namespace ComfyUI.Client;

/// <summary>What kind of thing an output is, by the extension of its file: the server's content types are not to be trusted for it.</summary>
public enum ComfyUIOutputMedia
{
    /// <summary>Nothing known.</summary>
    Other,

    /// <summary>A picture.</summary>
    Image,

    /// <summary>A video.</summary>
    Video,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>A 3D model.</summary>
    Model3D,

    /// <summary>Text, in a file or in the output itself.</summary>
    Text,
}

/// <summary>One thing that a node of a finished job gave: a file on the server, or a text (<c>outputs</c> in <c>GET /history</c>).</summary>
public sealed record ComfyUIOutput
{
    /// <summary>The job it belongs to.</summary>
    public string PromptId { get; init; } = string.Empty;

    /// <summary>The node that gave it, as named in the prompt.</summary>
    public string NodeId { get; init; } = string.Empty;

    /// <summary>The key the node used, such as <c>images</c>, <c>audio</c>, <c>gifs</c> or <c>text</c>.</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>The file's name on the server; empty for a text. It is the server's word: not safe as a path here.</summary>
    public string FileName { get; init; } = string.Empty;

    /// <summary>The folder below the server's output, temp or input folder; empty for none. Not safe as a path here.</summary>
    public string Subfolder { get; init; } = string.Empty;

    /// <summary><c>output</c>, <c>temp</c> (a preview, gone when the server restarts) or <c>input</c>; empty for a text.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>What it is, by the file's extension.</summary>
    public ComfyUIOutputMedia Media { get; init; }

    /// <summary>The text; null for a file.</summary>
    public string? Text { get; init; }

    /// <summary>Where the file was saved on this machine; null when it was not.</summary>
    public FileInfo? File { get; init; }

    /// <summary>Whether this is a file on the server.</summary>
    public bool IsFile => FileName.Length > 0;

    /// <summary>The session it came from.</summary>
    public ComfyUISession? Session { get; init; }

    /// <summary>The file's path here, else its name on the server, else the text.</summary>
    public override string ToString()
        => File?.FullName ?? (IsFile ? (Subfolder.Length == 0 ? FileName : Subfolder + "/" + FileName) : Text ?? string.Empty);

    /// <summary>The <c>GET /view</c> route that gives this file.</summary>
    internal string ViewPath
        => $"view?filename={Uri.EscapeDataString(FileName)}&subfolder={Uri.EscapeDataString(Subfolder)}&type={Uri.EscapeDataString(Type)}";

    internal static ComfyUIOutputMedia MediaOf(string fileName)
        => MediaByExtension.TryGetValue(Extension(fileName), out ComfyUIOutputMedia media) ? media : ComfyUIOutputMedia.Other;

    // Not Path.GetExtension: it throws on some names on .NET Framework, and these names are the server's.
    private static string Extension(string fileName)
    {
        int dot = fileName.LastIndexOf('.');
        return dot < 0 ? string.Empty : fileName.Substring(dot + 1);
    }

    private static readonly Dictionary<string, ComfyUIOutputMedia> MediaByExtension = CreateMediaTable();

    private static Dictionary<string, ComfyUIOutputMedia> CreateMediaTable()
    {
        var table = new Dictionary<string, ComfyUIOutputMedia>(StringComparer.OrdinalIgnoreCase);
        Add(ComfyUIOutputMedia.Image, "png apng jpg jpeg webp gif bmp tif tiff avif heic exr hdr svg jxl tga psd");
        Add(ComfyUIOutputMedia.Video, "mp4 m4v mov webm mkv avi mpg mpeg ogv");
        Add(ComfyUIOutputMedia.Audio, "flac mp3 wav opus ogg m4a aac aiff");
        Add(ComfyUIOutputMedia.Model3D, "glb gltf obj ply stl fbx usdz splat spz ksplat");
        Add(ComfyUIOutputMedia.Text, "txt json md csv srt vtt xml html");
        return table;

        void Add(ComfyUIOutputMedia media, string extensions)
        {
            foreach (string extension in extensions.Split(' '))
            {
                table[extension] = media;
            }
        }
    }
}
