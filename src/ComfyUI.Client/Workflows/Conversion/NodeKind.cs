namespace ComfyUI.Client;

/// <summary>What becomes of a node when the prompt is made.</summary>
internal enum NodeKind
{
    /// <summary>The server runs it: it goes into the prompt.</summary>
    Server,

    /// <summary>A subgraph or group node: what is inside goes into the prompt.</summary>
    Host,

    /// <summary>Its value is written into the widgets it is linked to.</summary>
    Primitive,

    /// <summary>Reads what a Set node of the same name is fed.</summary>
    Get,

    /// <summary>Exists in the interface only. A link passes from an input to the output of the same index.</summary>
    Virtual,

    /// <summary>Neither the server nor this library knows its class.</summary>
    Unknown,
}
