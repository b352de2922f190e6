using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Changes a prompt, in the document it is given.</summary>
internal sealed class PromptEditor(JsonObject document, ComfyUINodeCatalogue? catalogue)
{
    /// <summary>Sets a value. The server reads any array as a link, so a list of values is wrapped; [node id, slot] stays a link.</summary>
    internal void SetValue(string nodeId, string input, JsonNode? value)
    {
        // The copy holds numbers as they are read, whatever .NET type they were made of.
        JsonNode? copy = JsonText.Clone(value);
        Inputs(nodeId)[input] = copy is JsonArray && PromptLink.Read(copy, document) is null ? new JsonObject { ["__value__"] = copy } : copy;
    }

    internal void SetLink(string nodeId, string input, string sourceId, int slot)
        => Inputs(nodeId)[input] = new JsonArray(JsonValue.Create(sourceId), JsonNumber.TryCreate(slot));

    /// <summary>Removes a link; a widget gets the value that a new node would have.</summary>
    internal void RemoveLink(string nodeId, string input)
    {
        JsonObject inputs = Inputs(nodeId);
        ComfyUIInputDefinition? definition = PromptInputDefinitions.Find(catalogue?.Find(ClassOf(nodeId)), inputs, input);
        if (inputs[input] is not JsonArray)
        {
            return;
        }

        inputs.Remove(input);
        if (definition is not null && WidgetTypes.IsWidget(definition) && WidgetTypes.TryGetDefault(definition, out JsonNode? value))
        {
            inputs[input] = value;
        }
    }

    /// <summary>Takes a node out as the browser does when it makes a prompt: nothing in a prompt says that a node does not run.</summary>
    /// <exception cref="ComfyUIValidationException">There is no telling what is to pass through, or nothing to bring back.</exception>
    internal void SetMode(string nodeId, ComfyUINodeMode mode)
    {
        if (mode == ComfyUINodeMode.Enabled)
        {
            return;
        }

        if (mode == ComfyUINodeMode.Bypassed && catalogue?.Find(ClassOf(nodeId)) is null)
        {
            throw new ComfyUIValidationException(
                ComfyUIErrorId.WorkflowNotEditable,
                $"Node {nodeId} ({ClassOf(nodeId)}) cannot be bypassed in API format without the server's node classes: they say what would pass through.")
            {
                RecommendedAction = "Connect to the server, or give -NodeInfo.",
            };
        }

        foreach (string consumer in document.Select(entry => entry.Key).ToList())
        {
            JsonObject inputs = Inputs(consumer);
            foreach (string input in inputs.Select(entry => entry.Key).ToList())
            {
                if (PromptLink.Read(inputs[input], document) is { } link && link.Id == nodeId)
                {
                    JsonNode? passed = mode == ComfyUINodeMode.Bypassed ? PassedOn(nodeId, link.Slot, TypeOf(consumer, input)) : null;
                    inputs.Remove(input);
                    if (passed is not null)
                    {
                        inputs[input] = passed;
                    }
                }
            }
        }

        document.Remove(nodeId);
    }

    // The rule of BypassRule, with what a prompt still knows: inputs in the class's order, sockets before widgets.
    private JsonNode? PassedOn(string nodeId, int slot, string wanted)
    {
        ComfyUINodeDefinition definition = catalogue!.Find(ClassOf(nodeId))!;
        JsonObject inputs = Inputs(nodeId);
        var declared = PromptInputDefinitions.For(definition, inputs).OrderBy(input => WidgetTypes.IsWidget(input.Definition) ? 1 : 0).ToList();
        string output = slot < definition.Outputs.Count ? definition.Outputs[slot].Type : SlotType.Any;
        bool Fits(PromptInputDefinition input) => SlotType.AreCompatible(input.Definition.Type, output) && SlotType.AreCompatible(input.Definition.Type, wanted);
        PromptInputDefinition? chosen = wanted == SlotType.Any
            ? declared.Count == 0 ? null : declared[slot < declared.Count ? slot : 0]
            : slot < declared.Count && Fits(declared[slot]) ? declared[slot]
            : declared.Select(input => (PromptInputDefinition?)input).FirstOrDefault(input => input!.Value.Definition.Type == wanted)
                ?? declared.Select(input => (PromptInputDefinition?)input).FirstOrDefault(input => Fits(input!.Value));
        return chosen is { } found && inputs[found.Name] is JsonArray link ? JsonText.Clone(link) : null;
    }

    private string TypeOf(string nodeId, string input)
        => PromptInputDefinitions.Find(catalogue?.Find(ClassOf(nodeId)), Inputs(nodeId), input)?.Type ?? SlotType.Any;

    private JsonObject Inputs(string nodeId) => (JsonObject)document[nodeId]!["inputs"]!;

    private string ClassOf(string nodeId) => ((JsonObject)document[nodeId]!).Text("class_type") ?? string.Empty;
}
