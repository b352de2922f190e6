using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Writes the nodes of the prompt: widgets first, then what links put in their place.</summary>
internal sealed class PromptWriter(
    LinkResolver links, TextReplacer replacer, ConversionOptions options, ICollection<ComfyUIConversionWarning> warnings)
{
    private const string CurveType = "CURVE";

    private readonly Random _random = options.Random ?? new Random();
    private readonly PromptInputs _inputs = new();

    internal JsonObject Write(IReadOnlyList<NodeInstance> nodes)
    {
        using var text = new PromptText();
        for (int i = 0; i < nodes.Count; i++)
        {
            NodeInstance node = nodes[i];
            if (node.IsSent)
            {
                ReadInputs(node);
                Write(text.Begin(node.ExecutionId), node);
                node.Release();
            }
        }

        return text.End();
    }

    private void ReadInputs(NodeInstance node)
    {
        _inputs.Clear();
        IReadOnlyList<Widget> widgets = node.Widgets;
        for (int i = 0; i < widgets.Count; i++)
        {
            Widget widget = widgets[i];
            if (widget.HasValue && WidgetTypes.IsSent(widget.Definition))
            {
                _inputs.Set(PromptInput.Literal(widget.Name, WidgetValue(node, widget), widget.Definition?.WidgetType == CurveType ? CurveType : null));
            }
        }

        IReadOnlyList<LiveInput> inputs = node.Inputs;
        for (int i = 0; i < inputs.Count; i++)
        {
            LiveInput input = inputs[i];
            if (!input.IsFed)
            {
                continue;
            }

            LinkSource source = links.Resolve(node, i);
            if (source.IsValue)
            {
                _inputs.Set(PromptInput.Literal(input.Name, source.Value));
            }
            else if (source.Node is { IsSent: true } origin)
            {
                _inputs.Set(PromptInput.Link(input.Name, origin, source.Slot));
            }
        }

        if (node.ClassType == CustomCombo.ClassName)
        {
            CustomCombo.SetIndex(node, _inputs);
        }

        WarnOfBrowserWidgets(node);
    }

    private void Write(Utf8JsonWriter writer, NodeInstance node)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("inputs");
        for (int i = 0; i < _inputs.Items.Count; i++)
        {
            PromptInput input = _inputs.Items[i];
            writer.WritePropertyName(input.Name);
            if (input.Origin is { } origin)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(origin.ExecutionId);
                writer.WriteNumberValue(input.Slot);
                writer.WriteEndArray();
            }
            else
            {
                WriteLiteral(writer, input);
            }
        }

        writer.WriteEndObject();
        writer.WriteString("class_type", node.ClassType);
        writer.WriteStartObject("_meta");
        writer.WriteString("title", node.Node.Title ?? node.Definition?.DisplayName ?? node.ClassType);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The server takes a bare array for a link.
    private static void WriteLiteral(Utf8JsonWriter writer, PromptInput input)
    {
        if (input.Value is not JsonArray)
        {
            JsonText.WriteNode(writer, input.Value);
            return;
        }

        writer.WriteStartObject();
        if (input.Type is not null)
        {
            writer.WriteString("__type__", input.Type);
        }

        writer.WritePropertyName("__value__");
        JsonText.WriteNode(writer, input.Value);
        writer.WriteEndObject();
    }

    private JsonNode? WidgetValue(NodeInstance node, Widget widget)
    {
        if (options.ReplaceFileNames && TextReplacer.Applies(node, widget.Name) && JsonRead.Text(widget.Value) is { } name)
        {
            return JsonValue.Create(replacer.Replace(name));
        }

        if (options.ExpandDynamicPrompts && widget.Definition is { DynamicPrompts: true } && JsonRead.Text(widget.Value) is { } prompt)
        {
            return JsonValue.Create(DynamicPrompt.Expand(prompt, _random));
        }

        return widget.Value;
    }

    private void WarnOfBrowserWidgets(NodeInstance node)
    {
        for (int i = 0; i < node.Widgets.Count; i++)
        {
            Widget widget = node.Widgets[i];
            if (WidgetTypes.NeedsBrowser(widget.Definition) && _inputs.Find(widget.Name) is not { Origin: not null })
            {
                warnings.Add(new ComfyUIConversionWarning(
                    node.ExecutionId, node.ClassType, "The interface makes the value of '" + widget.Name + "' in the browser; the saved one was used, if there is one."));
            }
        }
    }
}
