using System;
using System.Collections.Generic;
using System.IO;

namespace ComfyUI.Client;

/// <summary>What kind of thing happened to a job.</summary>
public enum ComfyUIJobEventKind
{
    /// <summary>It waits, or moved up in the queue.</summary>
    Queued,

    /// <summary>The server began with it.</summary>
    Started,

    /// <summary>A node began.</summary>
    Node,

    /// <summary>A node made a step.</summary>
    Progress,

    /// <summary>A node showed a picture of how far it is.</summary>
    Preview,

    /// <summary>A node showed a text.</summary>
    Text,

    /// <summary>A node gave something.</summary>
    Output,

    /// <summary>The job is over, however it ended. Always the last one.</summary>
    Done,
}

/// <summary>One thing that happened to a job, in the order it happened.</summary>
public sealed record ComfyUIJobEvent
{
    /// <summary>What happened.</summary>
    public ComfyUIJobEventKind Kind { get; init; }

    /// <summary>The job.</summary>
    public string PromptId { get; init; } = string.Empty;

    /// <summary>When this client heard of it.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The whole job, 0 to 100, as far as that can be told.</summary>
    public double Percent { get; init; }

    /// <summary>How many jobs are before it; null when it does not wait, or nobody knows.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>The node it is about, as named in the prompt; null when it is about none.</summary>
    public string? NodeId { get; init; }

    /// <summary>The node's title, else its class, else its id.</summary>
    public string? NodeTitle { get; init; }

    /// <summary>The step the node is at; null when it counts none.</summary>
    public int? Step { get; init; }

    /// <summary>The steps the node will take; null when it counts none.</summary>
    public int? Steps { get; init; }

    /// <summary>The text a node showed, or why the job did not end well; null for none.</summary>
    public string? Text { get; init; }

    /// <summary>The file a preview was saved to; null when none was to be saved.</summary>
    public FileInfo? File { get; init; }

    /// <summary>The preview's picture, as the server sent it (JPEG or PNG); empty for other events.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>What the node gave; empty for other events.</summary>
    public IReadOnlyList<ComfyUIOutput> Outputs { get; init; } = [];

    /// <summary>How the job ended; null before that.</summary>
    public ComfyUIJobStatus? Status => Job?.Status;

    /// <summary>The job as it ended; null before that.</summary>
    public ComfyUIJob? Job { get; init; }

    /// <summary>The kind and what it is about.</summary>
    public override string ToString() => $"{Kind} {NodeTitle ?? Text ?? PromptId}".TrimEnd();
}
