namespace ComfyUI.Client;

/// <summary>How bad a problem of a workflow is.</summary>
public enum ComfyUIProblemSeverity
{
    /// <summary>The server takes the workflow all the same, or may.</summary>
    Warning,

    /// <summary>The server refuses the workflow, or leaves out the outputs that need the node.</summary>
    Error,
}
