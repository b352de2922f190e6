using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Where a UI document keeps the value of a widget, so that it can be changed there.</summary>
/// <param name="Node">The node whose <c>widgets_values</c> hold it. Nodes of a subgraph that is used twice are the same.</param>
/// <param name="Slot">The index in the list; -1 when the node's values go by name.</param>
/// <param name="Name">The widget's name on that node.</param>
/// <param name="Quarantined">The entry of <c>proxyWidgetErrorQuarantine</c> that holds it as well, as <c>hostValue</c>; null for none.</param>
internal sealed record WidgetPlace(GraphNode Node, int Slot, string Name, JsonObject? Quarantined = null);
