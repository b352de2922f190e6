namespace ComfyUI.Client;

/// <summary>An example workflow of an installed pack of nodes (<c>GET /workflow_templates</c>).</summary>
public sealed record ComfyUITemplate
{
    /// <summary>The pack, by the name of its folder.</summary>
    public string Module { get; init; } = string.Empty;

    /// <summary>The example, without an ending.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The workflow; null while it was not asked for.</summary>
    public ComfyUIWorkflow? Workflow { get; init; }

    /// <summary>The session of the server that has it.</summary>
    public ComfyUISession? Session { get; init; }

    /// <summary>The pack and the name.</summary>
    public override string ToString() => Module + "/" + Name;
}
