using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>An input of a node of a workflow, with its value and what the server takes for it.</summary>
public sealed record ComfyUIWorkflowInput
{
    /// <summary>The node's id in the prompt, such as <c>3</c>, or <c>12:3</c> inside a subgraph.</summary>
    public string NodeId { get; init; } = string.Empty;

    /// <summary>The node's title: the one somebody gave it, else the name people see, else the class.</summary>
    public string NodeTitle { get; init; } = string.Empty;

    /// <summary>The node's class, such as <c>KSampler</c>.</summary>
    public string ClassType { get; init; } = string.Empty;

    /// <summary>The input's name, such as <c>steps</c>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The name people see; the input's name when the server gives none.</summary>
    public string DisplayName { get; init; } = string.Empty;

    /// <summary>The type, such as <c>INT</c>, <c>COMBO</c> or <c>IMAGE</c>; without a catalogue what the value shows, <c>*</c> when it shows nothing.</summary>
    public string Type { get; init; } = "*";

    /// <summary>The value: a string, bool, long, ulong, decimal or double; anything else as JSON text. Null when it is linked, JSON null or absent.</summary>
    public object? Value { get; init; }

    /// <summary>Whether the workflow holds the input at all. One that is absent can be set or linked.</summary>
    public bool IsPresent { get; init; }

    /// <summary>Whether a prompt must hold the input; false without a catalogue.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the value can be typed in, rather than linked only.</summary>
    public bool IsWidget { get; init; }

    /// <summary>Whether another node's output feeds the input.</summary>
    public bool IsLinked => LinkedNodeId is not null;

    /// <summary>The id of the node that feeds the input; null when it is not linked.</summary>
    public string? LinkedNodeId { get; init; }

    /// <summary>The index of that node's output, from 0; null when the input is not linked.</summary>
    public int? LinkedSlot { get; init; }

    /// <summary>The smallest number the server takes; null when there is no limit, or it is not known.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The largest number the server takes; null when there is no limit, or it is not known.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The step the interface counts in; null when it is not known.</summary>
    public decimal? Step { get; init; }

    /// <summary>What can be chosen, in the server's order; empty for inputs that are no choice, or when it is not known.</summary>
    public IReadOnlyList<object> Choices { get; init; } = [];

    /// <summary>The value of a new node; null when it is not known.</summary>
    public object? Default { get; init; }

    /// <summary>Whether text may have several lines.</summary>
    public bool IsMultiline { get; init; }

    /// <summary>The kind of file that can be uploaded for it: <c>image</c>, <c>animated_image</c>, <c>video</c>, <c>audio</c> or <c>file</c>; null when none.</summary>
    public string? UploadKind { get; init; }

    /// <summary>Whether the browser changes the value after each run, as it does with seeds.</summary>
    public bool ControlAfterGenerate { get; init; }

    /// <summary>An explanation for people; null when there is none.</summary>
    public string? Tooltip { get; init; }

    /// <summary>What the input is for, as far as the links tell.</summary>
    public ComfyUIInputRole Role { get; init; }

    /// <summary>Whether the workflow is an App that shows this input (<c>extra.linearData</c>).</summary>
    public bool IsAppInput => AppOrder is not null;

    /// <summary>The place among the App's inputs, from 0; several inputs that the App shows as one have the same. Null when it shows none of this.</summary>
    public int? AppOrder { get; init; }

    /// <summary>Whether the type is the server's word, not a guess by the value: 8 may stand for a number with a fraction, too.</summary>
    internal bool IsTypeKnown { get; init; }

    /// <summary>Whether there are no values but <see cref="Choices"/>.</summary>
    internal bool HasOnlyChoices { get; init; }

    /// <summary>What names it to <c>-Parameter</c>: <c>12:3.steps</c>.</summary>
    public string Key => NodeId + "." + Name;

    /// <inheritdoc/>
    public override string ToString() => IsLinked
        ? FormattableString.Invariant($"{Key} <- {LinkedNodeId}.{LinkedSlot}")
        : FormattableString.Invariant($"{Key} = {Value}");
}
