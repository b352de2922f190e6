namespace ComfyUI.Client;

/// <summary>An input or output as the file has it.</summary>
internal sealed class GraphSlot(string name, string type, string? linkId, string? widgetName, bool hasWidget, string? label)
{
    internal string Name { get; } = name;

    /// <summary>The type in the form <see cref="SlotType"/> compares.</summary>
    internal string Type { get; } = type;

    /// <summary>The link that feeds an input; null for outputs and open inputs.</summary>
    internal string? LinkId { get; set; } = linkId;

    /// <summary>The widget this socket belongs to; null when it belongs to none or the file does not name it.</summary>
    internal string? WidgetName { get; } = widgetName;

    internal bool HasWidget { get; } = hasWidget;

    internal string? Label { get; } = label;
}
