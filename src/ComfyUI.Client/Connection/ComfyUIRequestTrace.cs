using System;
using System.Globalization;

namespace ComfyUI.Client;

/// <summary>One request as it went: for <c>-Verbose</c> and the session's log. Holds no credential.</summary>
public sealed class ComfyUIRequestTrace
{
    /// <summary>When the request, or the wait before its retry, began.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The HTTP method; <c>WS</c> for the WebSocket.</summary>
    public string Method { get; init; } = string.Empty;

    /// <summary>Path and query, with the values of secret parameters masked.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The status of the answer; null when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>From the request's first byte to the answer's head.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>How long until the next try; null when there is none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The request in one line.</summary>
    public override string ToString()
    {
        string status = StatusCode?.ToString(CultureInfo.InvariantCulture) ?? "-";
        string line = string.Format(CultureInfo.InvariantCulture, "{0} {1} {2} {3:0} ms", Method, Path, status, Elapsed.TotalMilliseconds);
        if (Attempt > 1)
        {
            line += string.Format(CultureInfo.InvariantCulture, " (try {0})", Attempt);
        }

        if (Error is not null)
        {
            line += ": " + Error;
        }

        return RetryAfter is { } wait
            ? line + string.Format(CultureInfo.InvariantCulture, "; next try in {0:0.0} s", wait.TotalSeconds)
            : line;
    }
}
