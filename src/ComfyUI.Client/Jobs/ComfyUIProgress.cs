using System;

namespace ComfyUI.Client;

/// <summary>How far a job is, at one moment.</summary>
public sealed record ComfyUIProgress
{
    /// <summary>The job's id.</summary>
    public string PromptId { get; init; } = string.Empty;

    /// <summary>The workflow's file, or what else tells where it is from; null when unknown.</summary>
    public string? Workflow { get; init; }

    /// <summary>Which one of several piped workflows this is, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Where the job is on its way.</summary>
    public ComfyUIJobStatus Status { get; init; }

    /// <summary>How many jobs are before it, while it waits; null when unknown.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>The whole job, 0 to 100; never goes down.</summary>
    public double Percent { get; init; }

    /// <summary>The node that runs; null when none does, or nobody knows.</summary>
    public string? NodeId { get; init; }

    /// <summary>The title of the node that runs, else its class, else its id.</summary>
    public string? NodeTitle { get; init; }

    /// <summary>The step the node is at; null when it counts none.</summary>
    public int? Step { get; init; }

    /// <summary>The steps the node will take; null when it counts none.</summary>
    public int? Steps { get; init; }

    /// <summary>How long the server has worked on it; zero while it waits.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How long it will take still, as far as that can be told from the pace so far; null while it cannot.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The last text a node showed; null for none.</summary>
    public string? Text { get; init; }
}
