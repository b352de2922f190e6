using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// The class whose choices the user types in. The catalogue lists only <c>choice</c>; the interface adds <c>index</c> and
/// <c>option1</c>, <c>option2</c>, ... up to an empty one, and sends them all.
/// </summary>
internal static class CustomCombo
{
    internal const string ClassName = "CustomCombo";

    private const string IndexName = "index";
    private const string ChoiceName = "choice";

    internal static void AddWidgets(List<Widget> widgets, GraphNode node, IWidgetValues values)
    {
        var index = new Widget(IndexName, null);
        index.Set(JsonNumber.FromLiteral("-1"));
        widgets.Add(index);
        values.Skip(1);
        bool more = true;
        for (int number = 1; more; number++)
        {
            string name = "option" + number.ToString(CultureInfo.InvariantCulture);
            var option = new Widget(name, null);
            option.KeptAt(node, values.NextSlot);
            more = values.TryTake(name, out JsonNode? value);
            option.Set(more ? value : JsonValue.Create(string.Empty));
            widgets.Add(option);
            more = more && JsonRead.IsTruthy(value);
        }
    }

    /// <summary>Works out the index once it is known which choice is sent: a link to a promoted widget may have replaced it.</summary>
    internal static void SetIndex(NodeInstance node, PromptInputs inputs)
    {
        JsonNode? choice = inputs.Find(ChoiceName) is { Origin: null } given ? given.Value : node.FindWidget(ChoiceName)?.Value;
        int found = -1;
        int position = 0;
        foreach (Widget widget in node.Widgets)
        {
            if (widget.Definition is null && widget.Name != IndexName)
            {
                if (found < 0 && JsonRead.Text(widget.Value) is { } text && text == JsonRead.Text(choice))
                {
                    found = position;
                }

                position++;
            }
        }

        inputs.Set(PromptInput.Literal(IndexName, JsonNumber.FromLiteral(found.ToString(CultureInfo.InvariantCulture))));
    }
}
