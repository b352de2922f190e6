namespace ComfyUI.Client;

/// <summary>How a workflow is written down.</summary>
public enum ComfyUIWorkflowFormat
{
    /// <summary>What the server runs: <c>{id: {class_type, inputs, _meta?}}</c>.</summary>
    Api,

    /// <summary>What the browser saves: <c>nodes</c> with positions and <c>links</c>.</summary>
    UI,
}
