using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A job as it was when this object was made: a prompt that a server was given to run.</summary>
public sealed record ComfyUIJob
{
    /// <summary>The job's id (the server's <c>prompt_id</c>).</summary>
    public string Id { get; init; } = string.Empty;

    /// <summary>Where it is on its way.</summary>
    public ComfyUIJobStatus Status { get; init; }

    /// <summary>The workflow's file, or what else tells where it is from; null when unknown.</summary>
    public string? Workflow { get; init; }

    /// <summary>Which one of several piped workflows this was, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The place in the server's order; the lowest runs first. Null when unknown.</summary>
    public double? Number { get; init; }

    /// <summary>How many jobs are before it, the running one among them; null when it does not wait, or nobody knows.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>
    /// When it was handed in: by this machine's clock if this client did, else by the server's, which servers before 2026 do not tell. Null
    /// when unknown.
    /// </summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the server began, by the server's clock; null when unknown.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the server ended, by the server's clock; null when unknown.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How long the server worked on it; null when unknown.</summary>
    public TimeSpan? Duration => CompletedAt - StartedAt;

    /// <summary>Whether nothing more will happen to it.</summary>
    public bool IsFinished => Status is not (ComfyUIJobStatus.Pending or ComfyUIJobStatus.Running);

    /// <summary>What the server found wrong with some nodes while it accepted the rest: those outputs do not run.</summary>
    public IReadOnlyList<ComfyUINodeError> NodeErrors { get; init; } = [];

    /// <summary>What could not be read or converted quite as the workflow meant it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it gave, in the server's order; also what was ready before it failed.</summary>
    public IReadOnlyList<ComfyUIOutput> Outputs { get; init; } = [];

    /// <summary>Why it did not end well; null when it did, or has not ended.</summary>
    public ComfyUIException? Error { get; init; }

    /// <summary>The session of the server that has it.</summary>
    public ComfyUISession? Session { get; init; }

    /// <summary>The files on this machine that its outputs were saved to.</summary>
    public IReadOnlyList<FileInfo> Files
    {
        get
        {
            var files = new List<FileInfo>();
            foreach (ComfyUIOutput output in Outputs)
            {
                if (output.File is not null)
                {
                    files.Add(output.File);
                }
            }

            return files;
        }
    }

    /// <summary>The graph, in API format, as the server has it; null when the server was not asked for it.</summary>
    internal JsonObject? Prompt { get; init; }

    /// <summary>The id and the status.</summary>
    public override string ToString() => $"{Id} {Status}";
}
