namespace ComfyUI.Client;

/// <summary>A link of a saved graph. Which slot it ends at is not kept: files have that wrong, the input's own <c>link</c> has it right.</summary>
/// <remarks>A value and no object: a workflow has as many links as nodes, and they live as long as its conversion.</remarks>
internal readonly struct GraphLink(string originId, int originSlot, string? targetId)
{
    /// <summary>The node id that stands for the inputs of a subgraph.</summary>
    internal const string SubgraphInputs = "-10";

    /// <summary>The node id that stands for the outputs of a subgraph.</summary>
    internal const string SubgraphOutputs = "-20";

    internal string OriginId { get; } = originId;

    internal int OriginSlot { get; } = originSlot;

    /// <summary>The node it ends at; null when nobody will ask, as they do for links from the inputs of a subgraph only.</summary>
    internal string? TargetId { get; } = targetId;

    internal bool ComesFromSubgraphInput => OriginId == SubgraphInputs;
}
