using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>How a workflow is run.</summary>
public sealed class ComfyUIRunOptions
{
    /// <summary>Whether it goes before all jobs that wait.</summary>
    public bool Front { get; init; }

    /// <summary>The ids of the output nodes to run; null for all (<c>partial_execution_targets</c>).</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Which one of several workflows this is, from 0; it comes back with the job.</summary>
    public int Index { get; init; }

    /// <summary>How long the run may take in all; it is cancelled then. Null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Where files go; null to leave them on the server.</summary>
    public ComfyUISaveOptions? Save { get; init; }
}
