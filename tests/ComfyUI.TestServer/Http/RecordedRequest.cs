using System;
using System.Collections.Generic;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>A request as it arrived, and how it was answered.</summary>
public sealed class RecordedRequest
{
    private const int KeptBytes = 4 * 1024 * 1024;

    internal RecordedRequest(string method, string path, IReadOnlyDictionary<string, string> headers, string? connectionId)
    {
        Method = method;
        Path = path;
        Headers = headers;
        ConnectionId = connectionId;
    }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>Path and query as sent, escapes and prefix included.</summary>
    public string Path { get; }

    /// <summary>Headers; several values of one name are joined by a comma. Names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>When it arrived.</summary>
    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;

    /// <summary>Which TCP connection it came by; equal for requests that shared one.</summary>
    public string? ConnectionId { get; }

    /// <summary>Bytes of the body after decompression; 0 if the server did not read it.</summary>
    public long BodyLength { get; private set; }

    /// <summary>The body as UTF-8 text, if the server read it and it is no longer than 4 MiB.</summary>
    public string? Body { get; private set; }

    /// <summary>The status of the answer; 0 while there is none, or when the connection was dropped.</summary>
    public int Status { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} -> {Status}";

    internal void SetBody(byte[] body)
    {
        BodyLength = body.Length;
        Body = body.Length <= KeptBytes ? Encoding.UTF8.GetString(body) : null;
    }
}
