using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What an input is fed by once everything that exists in the interface only is out of the way.</summary>
internal readonly struct LinkSource
{
    private LinkSource(NodeInstance? node, int slot, PromotedWidget? promoted)
    {
        Node = node;
        Slot = slot;
        Promoted = promoted;
    }

    /// <summary>Nothing: the input is open.</summary>
    internal static LinkSource None => default;

    /// <summary>The node whose output it is; null otherwise.</summary>
    internal NodeInstance? Node { get; }

    internal int Slot { get; }

    /// <summary>Whether the input gets a value that a subgraph's node holds.</summary>
    internal bool IsValue => Promoted is not null;

    internal JsonNode? Value => Promoted?.Value;

    /// <summary>The promoted widget whose value it is; null otherwise.</summary>
    internal PromotedWidget? Promoted { get; }

    internal static LinkSource Output(NodeInstance node, int slot) => new(node, slot, null);

    internal static LinkSource Literal(PromotedWidget promoted) => new(null, 0, promoted);
}
