using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Lists the inputs of a workflow: what they hold, what they take and what they are for.</summary>
public static class WorkflowInputReader
{
    // What the interface sends for its own use; the server takes no notice.
    private static readonly HashSet<string> InterfaceInputs = ["upload", "choose file to upload", "audioUI", "video-preview", "refresh"];

    private static readonly ComfyUINodeCatalogue Nothing = ComfyUINodeCatalogue.Parse(Encoding.UTF8.GetBytes("{}"));

    /// <summary>
    /// Lists the inputs in the order of the nodes, and of the class within a node. A workflow in UI format is listed as the prompt it becomes,
    /// with texts as they are written: alternatives such as <c>{a|b}</c> are not rolled.
    /// </summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="catalogue">The server's node classes; null when they are not at hand. Types then follow from values, and limits are not known.</param>
    /// <param name="appOnly">Whether to list only what an App shows, in its order.</param>
    /// <exception cref="ComfyUIValidationException">The workflow is in UI format and cannot be converted.</exception>
    public static IReadOnlyList<ComfyUIWorkflowInput> Read(ComfyUIWorkflow workflow, ComfyUINodeCatalogue? catalogue, bool appOnly = false)
    {
        List<ComfyUIWorkflowInput> inputs = ReadAll(workflow, catalogue);
        return appOnly ? [.. inputs.Where(input => input.IsAppInput).OrderBy(input => input.AppOrder)] : inputs;
    }

    private static List<ComfyUIWorkflowInput> ReadAll(ComfyUIWorkflow workflow, ComfyUINodeCatalogue? catalogue)
    {
        JsonObject prompt = workflow.Document;
        AppInputs? app = null;
        if (workflow.UIDocument is { } document && (workflow.Format == ComfyUIWorkflowFormat.UI || AppInputs.AreIn(document)))
        {
            ExpandedWorkflow? expanded = Expand(workflow, document, catalogue ?? Nothing);
            if (expanded is not null)
            {
                app = AppInputs.Read(document, expanded);
                prompt = workflow.Format == ComfyUIWorkflowFormat.Api ? prompt : expanded.WriteAsKept();
            }
        }

        InputRoles roles = InputRoles.Find(prompt, catalogue);
        var inputs = new List<ComfyUIWorkflowInput>();
        foreach (KeyValuePair<string, JsonNode?> entry in prompt)
        {
            var node = (JsonObject)entry.Value!;
            ReadNode(inputs, entry.Key, node, prompt, catalogue?.Find(node.Text("class_type")!), roles, app);
        }

        return inputs;
    }

    /// <summary>How a workflow is laid out to be looked at and edited: with all it says, whether the server knows the classes or not.</summary>
    internal static ConversionOptions AsKept => new() { AllowUnknownClasses = true, ExpandDynamicPrompts = false, ReplaceFileNames = false };

    // The picture's own prompt can be listed even if the workflow that lies beside it is broken.
    private static ExpandedWorkflow? Expand(ComfyUIWorkflow workflow, JsonObject document, ComfyUINodeCatalogue catalogue)
    {
        try
        {
            return WorkflowConverter.Expand(document, catalogue, AsKept);
        }
        catch (ComfyUIValidationException) when (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return null;
        }
    }

    private static void ReadNode(
        List<ComfyUIWorkflowInput> result, string id, JsonObject node, JsonObject prompt, ComfyUINodeDefinition? definition, InputRoles roles, AppInputs? app)
    {
        JsonObject values = node.Object("inputs") ?? [];
        var common = new ComfyUIWorkflowInput
        {
            NodeId = id,
            ClassType = node.Text("class_type")!,
            NodeTitle = node.Object("_meta")?.Text("title") ?? definition?.DisplayName ?? node.Text("class_type")!,
        };
        var listed = new HashSet<string>();
        foreach (PromptInputDefinition input in definition is null ? [] : PromptInputDefinitions.For(definition, values))
        {
            listed.Add(input.Name);
            result.Add(Describe(common, input.Name, values, prompt, input, roles, app));
        }

        foreach (KeyValuePair<string, JsonNode?> value in values)
        {
            // Packs take inputs that they do not declare.
            if (listed.Add(value.Key) && (definition is null || !InterfaceInputs.Contains(value.Key)))
            {
                result.Add(Describe(common, value.Key, values, prompt, null, roles, app));
            }
        }
    }

    private static ComfyUIWorkflowInput Describe(
        ComfyUIWorkflowInput node, string name, JsonObject values, JsonObject prompt, PromptInputDefinition? known, InputRoles roles, AppInputs? app)
    {
        ComfyUIInputDefinition? definition = known?.Definition;
        JsonNode? value = values[name];
        (string Id, int Slot)? link = PromptLink.Read(value, prompt);
        ComfyUIWorkflowInput input = node with
        {
            Name = name,
            IsPresent = values.ContainsKey(name),
            Value = link is null ? ToObject(value) : null,
            LinkedNodeId = link?.Id,
            LinkedSlot = link?.Slot,
            Role = roles.Of(node.NodeId, name),
            AppOrder = app?.Order(node.NodeId, name),
        };
        return definition is null
            ? input with { DisplayName = name, Type = TypeOf(value), IsWidget = link is null, ControlAfterGenerate = name is "seed" or "noise_seed" }
            : input with
            {
                DisplayName = definition.DisplayName,
                Type = definition.Type,
                IsTypeKnown = true,
                HasOnlyChoices = definition.Choices.Count > 0 && !definition.IsMultiSelect && InputValues.ChoicesAreClosed(definition),
                IsRequired = known!.Value.IsRequired,
                IsWidget = WidgetTypes.IsWidget(definition),
                Minimum = definition.Minimum,
                Maximum = definition.Maximum,
                Step = definition.Step,
                Choices = definition.Choices,
                Default = definition.Default is JsonElement complex ? complex.GetRawText() : definition.Default,
                IsMultiline = definition.IsMultiline,
                UploadKind = definition.UploadKind,
                ControlAfterGenerate = definition.ControlAfterGenerate,
                Tooltip = definition.Tooltip,
            };
    }

    private static object? ToObject(JsonNode? value)
    {
        if (value is JsonObject wrapped && wrapped.Count == 1 && wrapped["__value__"] is { } inner)
        {
            value = inner;
        }

        return value switch
        {
            JsonValue plain when plain.TryGetValue(out string? text) => text,
            JsonValue plain when plain.TryGetValue(out bool flag) => flag,
            JsonValue plain when plain.TryGetValue(out JsonElement element) => NodeDefinitionReader.ToObject(element),
            JsonValue plain => plain.GetValue<double>(),
            null => null,
            _ => JsonText.Write(value),
        };
    }

    private static string TypeOf(JsonNode? value) => ToObject(value) switch
    {
        string when value is JsonValue => "STRING",
        bool => "BOOLEAN",
        long or ulong or decimal => "INT",
        double => "FLOAT",
        _ => SlotType.Any,
    };
}
