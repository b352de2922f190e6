using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Writes the nodes of the prompt: widgets first, then what links put in their place.</summary>
internal sealed class PromptWriter(
    LinkResolver links, TextReplacer replacer, ConversionOptions options, ICollection<ComfyUIConversionWarning> warnings)
{
    private readonly Random _random = options.Random ?? new Random();
    private readonly Dictionary<int, JsonElement> _slots = [];

    internal JsonObject Write(IReadOnlyList<NodeInstance> nodes)
    {
        var prompt = new JsonObject();
        foreach (NodeInstance node in nodes)
        {
            if (node.IsSent)
            {
                prompt[node.ExecutionId] = new JsonObject
                {
                    ["inputs"] = Inputs(node),
                    ["class_type"] = JsonValue.Create(node.ClassType),
                    ["_meta"] = new JsonObject { ["title"] = JsonValue.Create(node.Node.Title ?? node.Definition?.DisplayName ?? node.ClassType) },
                };
                node.Release();
            }
        }

        return prompt;
    }

    private JsonObject Inputs(NodeInstance node)
    {
        var inputs = new JsonObject();
        for (int i = 0; i < node.Widgets.Count; i++)
        {
            Widget widget = node.Widgets[i];
            if (widget.HasValue && WidgetTypes.IsSent(widget.Definition))
            {
                inputs[widget.Name] = WidgetValue(node, widget);
            }
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            LiveInput input = node.Inputs[i];
            if (!input.IsFed)
            {
                continue;
            }

            LinkSource source = links.Resolve(node, i);
            if (source.IsValue)
            {
                inputs[input.Name] = Literal(JsonText.Clone(source.Value));
            }
            else if (source.Node is { IsSent: true } origin)
            {
                inputs[input.Name] = new JsonArray { JsonValue.Create(origin.ExecutionId), JsonValue.Create(SlotNumber(source.Slot)) };
            }
        }

        if (node.ClassType == CustomCombo.ClassName)
        {
            CustomCombo.SetIndex(node, inputs);
        }

        WarnOfBrowserWidgets(node, inputs);
        return inputs;
    }

    // A prompt repeats the same few numbers thousands of times.
    private JsonElement SlotNumber(int slot)
    {
        if (!_slots.TryGetValue(slot, out JsonElement number))
        {
            number = JsonText.ParseElement(Encoding.UTF8.GetBytes(slot.ToString(CultureInfo.InvariantCulture)));
            _slots.Add(slot, number);
        }

        return number;
    }

    private JsonNode? WidgetValue(NodeInstance node, Widget widget)
    {
        if (JsonRead.Text(widget.Value) is { } text)
        {
            if (options.ReplaceFileNames && TextReplacer.Applies(node, widget.Name))
            {
                return JsonValue.Create(replacer.Replace(text));
            }

            if (options.ExpandDynamicPrompts && widget.Definition is { DynamicPrompts: true })
            {
                return JsonValue.Create(DynamicPrompt.Expand(text, _random));
            }
        }

        return widget.Value is JsonArray && widget.Definition?.WidgetType == "CURVE"
            ? new JsonObject { ["__type__"] = JsonValue.Create("CURVE"), ["__value__"] = JsonText.Clone(widget.Value) }
            : Literal(JsonText.Clone(widget.Value));
    }

    // The server takes a bare array for a link.
    private static JsonNode? Literal(JsonNode? value) => value is JsonArray ? new JsonObject { ["__value__"] = value } : value;

    private void WarnOfBrowserWidgets(NodeInstance node, JsonObject inputs)
    {
        for (int i = 0; i < node.Widgets.Count; i++)
        {
            Widget widget = node.Widgets[i];
            if (WidgetTypes.NeedsBrowser(widget.Definition) && inputs[widget.Name] is not JsonArray)
            {
                warnings.Add(new ComfyUIConversionWarning(
                    node.ExecutionId, node.ClassType, "The interface makes the value of '" + widget.Name + "' in the browser; the saved one was used, if there is one."));
            }
        }
    }
}
