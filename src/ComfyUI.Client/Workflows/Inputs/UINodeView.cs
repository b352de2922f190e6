using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Shows nodes that no prompt holds in the manner of one, so that they can be named like the others.</summary>
internal static class UINodeView
{
    internal static JsonObject Describe(NodeInstance node)
    {
        var inputs = new JsonObject();
        foreach (LiveInput input in node.Inputs)
        {
            inputs[input.Name] = JsonText.Clone(input.Promoted?.Value);
        }

        foreach (Widget widget in node.Widgets)
        {
            inputs[widget.Name] = JsonText.Clone(widget.Value);
        }

        foreach (ProxyWidget proxy in node.Kind == NodeKind.Host ? ProxyWidget.Read(node.Node.Properties?["proxyWidgets"]) : [])
        {
            if (!inputs.ContainsKey(proxy.WidgetName))
            {
                inputs[proxy.WidgetName] = null;
            }
        }

        string title = node.Node.Title ?? node.Subgraph?.Name ?? node.ClassType;
        return new JsonObject
        {
            ["class_type"] = JsonValue.Create(node.Subgraph?.Name ?? node.ClassType),
            ["inputs"] = inputs,
            ["_meta"] = new JsonObject { ["title"] = JsonValue.Create(title) },
        };
    }
}
