using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Which of a server's jobs are wanted. What is not set leaves nothing out.</summary>
public sealed class ComfyUIJobFilter
{
    /// <summary>Only jobs with one of these states; empty for all.</summary>
    public IReadOnlyCollection<ComfyUIJobStatus> Statuses { get; init; } = [];

    /// <summary>Only jobs that the session handed in.</summary>
    public bool OwnOnly { get; init; }

    /// <summary>How many of those that fit to leave out at the start.</summary>
    public int Skip { get; init; }

    /// <summary>How many of those that fit at most; null for all.</summary>
    public int? First { get; init; }
}
