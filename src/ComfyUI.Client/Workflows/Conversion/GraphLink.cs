namespace ComfyUI.Client;

/// <summary>A link of a saved graph. Which slot it ends at is not kept: files have that wrong, the input's own <c>link</c> has it right.</summary>
internal sealed class GraphLink(string id, string originId, int originSlot, string? targetId)
{
    /// <summary>The node id that stands for the inputs of a subgraph.</summary>
    internal const string SubgraphInputs = "-10";

    /// <summary>The node id that stands for the outputs of a subgraph.</summary>
    internal const string SubgraphOutputs = "-20";

    internal string Id { get; } = id;

    internal string OriginId { get; } = originId;

    internal int OriginSlot { get; } = originSlot;

    /// <summary>The node it ends at; null when nobody will ask, as they do for links from the inputs of a subgraph only.</summary>
    internal string? TargetId { get; } = targetId;

    internal bool ComesFromSubgraphInput => OriginId == SubgraphInputs;
}
