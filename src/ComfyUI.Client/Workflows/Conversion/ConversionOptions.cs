using System;

namespace ComfyUI.Client;

/// <summary>How <see cref="WorkflowConverter"/> works.</summary>
internal sealed class ConversionOptions
{
    /// <summary>Chooses among the alternatives of <c>{a|b}</c>; null uses a new one.</summary>
    internal Random? Random { get; init; }

    /// <summary>The clock of <c>%date:...%</c>; null uses the system's, in local time as the browser does.</summary>
    internal TimeProvider? TimeProvider { get; init; }

    /// <summary>Whether comments and <c>{a|b}</c> in prompts are worked out, as the browser does when it queues.</summary>
    internal bool ExpandDynamicPrompts { get; init; } = true;

    /// <summary>Whether <c>%date:..%</c> and <c>%Node.widget%</c> in file names are worked out, as the browser does when it queues.</summary>
    internal bool ReplaceFileNames { get; init; } = true;

    /// <summary>
    /// Whether classes that the catalogue does not know are converted as well as the file alone allows, with a warning,
    /// instead of being an error.
    /// </summary>
    internal bool AllowUnknownClasses { get; init; }

    /// <summary>How many nodes there may be once subgraphs are expanded: a small file can describe billions.</summary>
    internal int MaxNodes { get; init; } = 100_000;
}
