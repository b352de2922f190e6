using System;
using System.IO;

namespace ComfyUI.TestServer;

/// <summary>Content types by extension, as far as ComfyUI's outputs need them.</summary>
internal static class MediaTypes
{
    public static string Of(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".webp" => "image/webp",
        ".gif" => "image/gif",
        ".bmp" => "image/bmp",
        ".svg" => "image/svg+xml",
        ".mp4" => "video/mp4",
        ".webm" => "video/webm",
        ".mp3" => "audio/mpeg",
        ".wav" => "audio/x-wav",
        ".flac" => "audio/flac",
        ".ogg" or ".opus" => "audio/ogg",
        ".json" => "application/json",
        ".txt" => "text/plain",
        ".md" => "text/markdown",
        ".html" or ".htm" => "text/html",
        ".js" => "text/javascript",
        ".css" => "text/css",
        _ => "application/octet-stream",
    };

    public static bool IsImage(string name) => Of(name).StartsWith("image/", StringComparison.Ordinal);

    /// <summary>What a browser would run is served as plain bytes.</summary>
    public static string Harmless(string name) =>
        Of(name) is "text/html" or "text/javascript" or "text/css" ? "application/octet-stream" : Of(name);
}
