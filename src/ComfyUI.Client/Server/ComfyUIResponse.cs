using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>An answer of any route: JSON, text or bytes, whichever it is.</summary>
public sealed class ComfyUIResponse
{
    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; init; }

    /// <summary>The content type; null when there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Whether the body is JSON, <c>null</c> included.</summary>
    public bool IsJson { get; init; }

    /// <summary>The body as JSON; null when it is none, or JSON's null.</summary>
    public JsonNode? Json { get; init; }

    /// <summary>The body as text; null when it is JSON, no text, or empty.</summary>
    public string? Text { get; init; }

    /// <summary>The body's bytes; null when it is JSON, text, or empty.</summary>
    public byte[]? Bytes { get; init; }
}
