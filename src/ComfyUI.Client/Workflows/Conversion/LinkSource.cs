using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What an input is fed by once everything that exists in the interface only is out of the way.</summary>
internal readonly struct LinkSource
{
    private LinkSource(NodeInstance? node, int slot, JsonNode? value, bool isValue)
    {
        Node = node;
        Slot = slot;
        Value = value;
        IsValue = isValue;
    }

    /// <summary>Nothing: the input is open.</summary>
    internal static LinkSource None => default;

    /// <summary>The node whose output it is; null otherwise.</summary>
    internal NodeInstance? Node { get; }

    internal int Slot { get; }

    /// <summary>Whether the input gets a value that a subgraph's node holds.</summary>
    internal bool IsValue { get; }

    internal JsonNode? Value { get; }

    internal static LinkSource Output(NodeInstance node, int slot) => new(node, slot, null, false);

    internal static LinkSource Literal(JsonNode? value) => new(null, 0, value, true);
}
