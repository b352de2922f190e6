using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A widget inside a subgraph that the subgraph's node shows as its own. The node's value wins over the one inside.</summary>
internal sealed class PromotedWidget(NodeInstance source, Widget? widget, PromotedWidget? nested, string sourceName)
{
    private JsonNode? _value;
    private bool _hasValue;
    private WidgetPlace? _place;

    /// <summary>The node inside that has the widget, or the nested subgraph's node.</summary>
    internal NodeInstance Source { get; } = source;

    /// <summary>What the widget is called on <see cref="Source"/>.</summary>
    internal string SourceName { get; } = sourceName;

    /// <summary>What the server says of the widget at the bottom; null when only the browser knows it.</summary>
    internal ComfyUIInputDefinition? Definition => Bottom?.Definition;

    internal bool HasValue => _hasValue || (nested?.HasValue ?? widget?.HasValue ?? false);

    internal JsonNode? Value => _hasValue ? _value : nested is not null ? nested.Value : widget?.Value;

    private Widget? Bottom => nested is not null ? nested.Bottom : widget;

    /// <summary>Where the value is kept now: on the node, or inside; null when no document can hold it.</summary>
    internal WidgetPlace? Place => _hasValue ? _place : nested is not null ? nested.Place : widget?.Place;

    /// <summary>Where the node would keep a value of its own, which would win over the one inside; null when it has no room for one.</summary>
    internal WidgetPlace? OwnPlace { get; set; }

    internal void Set(JsonNode? value, WidgetPlace? place)
    {
        _value = value;
        _hasValue = true;
        _place = place;
    }
}
