using System;
using System.Collections.Generic;

namespace ComfyUI.TestServer;

/// <summary>What a fault does to a request.</summary>
public enum FaultAction
{
    /// <summary>Answers with <see cref="FaultRule.Status"/>, headers and body of the rule.</summary>
    Respond,

    /// <summary>Drops the TCP connection without an answer.</summary>
    Drop,

    /// <summary>Waits for <see cref="FaultRule.Delay"/>, then goes on.</summary>
    Delay,

    /// <summary>Waits until <see cref="FaultPlan.Release"/>, then goes on.</summary>
    Hold,

    /// <summary>Sends the real answer's headers, but only <see cref="FaultRule.CutAfter"/> bytes of its body, then drops.</summary>
    CutBody,

    /// <summary>Answers with <see cref="FaultRule.Status"/> and a body of blanks, one at a time, until the client goes.</summary>
    Trickle,
}

/// <summary>When a fault strikes.</summary>
public enum FaultMoment
{
    /// <summary>Before the server has done anything: the request is not executed.</summary>
    Before,

    /// <summary>After the server has done what was asked: only the answer is lost, late or replaced.</summary>
    After,
}

/// <summary>One rule of a <see cref="FaultPlan"/>: which requests, and what goes wrong with them.</summary>
public sealed record FaultRule
{
    /// <summary>The method, or null for any.</summary>
    public string? Method { get; init; }

    /// <summary>A regular expression that must match somewhere in path and query, as sent but without the path prefix.</summary>
    public string Path { get; init; } = "";

    /// <summary>How many matching requests pass before the first that is hit.</summary>
    public int Skip { get; init; }

    /// <summary>How many requests are hit; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>Before or after execution. <see cref="FaultAction.CutBody"/> is always after.</summary>
    public FaultMoment When { get; init; }

    /// <summary>What goes wrong.</summary>
    public FaultAction Action { get; init; }

    /// <summary>The status of <see cref="FaultAction.Respond"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Headers of the answer, for example Retry-After or Location.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Body of the answer.</summary>
    public string Body { get; init; } = "";

    /// <summary>Whether body and headers of the answer repeat what the request brought along, in all the ways in which servers write such things.</summary>
    public bool Echoes { get; init; }

    /// <summary>Content-Type of the answer.</summary>
    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>How long <see cref="FaultAction.Delay"/> waits.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many bytes <see cref="FaultAction.CutBody"/> lets through.</summary>
    public long CutAfter { get; init; }
}
