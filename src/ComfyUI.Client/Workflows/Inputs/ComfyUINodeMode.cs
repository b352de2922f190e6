namespace ComfyUI.Client;

/// <summary>Whether a node of a workflow runs.</summary>
public enum ComfyUINodeMode
{
    /// <summary>It runs.</summary>
    Enabled = 0,

    /// <summary>It does not run, and gives nothing.</summary>
    Muted = 2,

    /// <summary>It does not run; what it is given passes through to outputs of the same type.</summary>
    Bypassed = 4,
}
