namespace ComfyUI.Client;

/// <summary>An input of a node as the interface has it after loading: the catalogue's order and types, the file's links.</summary>
internal sealed class LiveInput(string name, string type, string? linkId, Widget? widget)
{
    internal string Name { get; } = name;

    internal string Type { get; set; } = type;

    internal string? LinkId { get; } = linkId;

    /// <summary>The widget behind the socket; null for a plain socket.</summary>
    internal Widget? Widget { get; } = widget;

    /// <summary>Whether its value may come from elsewhere than its own widget: over a link, or from the node of the subgraph around.</summary>
    internal bool IsFed => LinkId is not null || Widget?.HostPlace is not null;

    /// <summary>For the input of a subgraph node: the widget inside that it stands for. Null when it stands for none.</summary>
    internal PromotedWidget? Promoted { get; set; }
}
