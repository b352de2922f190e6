using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Writes the value of each PrimitiveNode into the widgets it is linked to. Muted and bypassed ones do it too.</summary>
internal static class PrimitiveValues
{
    private const string ReplaceProperty = "Run widget replace on values";

    internal static void Apply(NodeInstance node, TextReplacer replacer)
    {
        if (!node.Scope.IsFedFrom(node.Node, link => node.Scope.Find(link.OriginId) is { Kind: NodeKind.Primitive }))
        {
            return;
        }

        node.Keep();
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            LiveInput input = node.Inputs[i];
            if (input.LinkId is null || (input.Widget is null && input.Promoted is null)
                || !node.Scope.Graph.Links.TryGetValue(input.LinkId, out GraphLink link)
                || node.Scope.Find(link.OriginId) is not { Kind: NodeKind.Primitive } origin
                || origin.FindWidget("value") is not { } source)
            {
                continue;
            }

            JsonNode? value = source.Value;
            if (JsonRead.Text(value) is { } text && JsonRead.IsTruthy(origin.Node.Properties?[ReplaceProperty]))
            {
                value = JsonValue.Create(replacer.Replace(text));
            }

            // What the subgraph's node shows reaches the inputs without the PrimitiveNode.
            input.Widget?.Set(source.HostPlace is null ? NumberFit.Apply(value, input.Widget.Definition) : value, source.Place);
            input.Promoted?.Set(value, source.Place);
        }
    }
}
