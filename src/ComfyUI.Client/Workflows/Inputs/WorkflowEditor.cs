using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Makes changed copies of workflows. A UI document is edited as such, so that it stays one that the browser opens; the one that came along
/// with a prompt is edited with it, and left behind where it cannot be made to say the same.
/// </summary>
internal static class WorkflowEditor
{
    /// <param name="workflow">The workflow. It is not changed.</param>
    /// <param name="edits">The changes, in order.</param>
    /// <param name="catalogue">The server's classes; needed for UI format.</param>
    /// <param name="check">Whether values must be ones that the server takes, as far as the catalogue says.</param>
    /// <exception cref="ComfyUIValidationException">A name is unknown or ambiguous, a value is wrong, or the format has no room for the change.</exception>
    internal static ComfyUIWorkflow Apply(ComfyUIWorkflow workflow, IReadOnlyList<WorkflowEdit> edits, ComfyUINodeCatalogue? catalogue, bool check)
    {
        if (workflow.Format == ComfyUIWorkflowFormat.UI)
        {
            var ui = new UIEditor(workflow.Document, RequireCatalogue(workflow, catalogue));
            foreach (WorkflowEdit edit in edits)
            {
                ui.Apply(Resolve(edit, ui, catalogue, check));
            }

            ui.CheckResult();
            return workflow.With(ui.Document);
        }

        JsonObject document = workflow.CopyDocument();
        var editor = new PromptEditor(document, catalogue);
        var resolved = new List<ResolvedEdit>();
        foreach (WorkflowEdit edit in edits)
        {
            resolved.Add(Resolve(edit, document, catalogue, check));
            Apply(editor, resolved[resolved.Count - 1]);
        }

        return Edited(workflow, document, resolved, catalogue);
    }

    internal static ComfyUIWorkflow SetSeed(ComfyUIWorkflow workflow, ulong seed, ComfyUINodeCatalogue? catalogue)
    {
        UIEditor? ui = workflow.Format == ComfyUIWorkflowFormat.UI ? new UIEditor(workflow.Document, RequireCatalogue(workflow, catalogue)) : null;
        JsonObject document = ui?.Prompt ?? workflow.CopyDocument();
        List<ResolvedEdit> edits = SeedEdits(document, JsonNumber.TryCreate(seed)!);
        if (edits.Count == 0)
        {
            throw NoSeed(workflow);
        }

        if (ui is not null)
        {
            edits.ForEach(ui.Apply);
            ui.CheckResult();
            return workflow.With(ui.Document);
        }

        var editor = new PromptEditor(document, catalogue);
        edits.ForEach(edit => Apply(editor, edit));
        return Edited(workflow, document, edits, catalogue);
    }

    /// <summary>
    /// Changes the seeds of a workflow in UI format as the browser does between runs, and those of a prompt, which does not say how, all to one
    /// random number.
    /// </summary>
    /// <param name="workflow">The workflow. It is not changed.</param>
    /// <param name="runs">How many runs later it is to be: a seed that counts up does so as often.</param>
    /// <param name="catalogue">The server's classes; needed for UI format.</param>
    /// <param name="seeds">What was set, by the ids and names of the prompt; empty when all seeds stay as they are.</param>
    internal static ComfyUIWorkflow RandomizeSeeds(
        ComfyUIWorkflow workflow, int runs, ComfyUINodeCatalogue? catalogue, out List<KeyValuePair<string, JsonNode?>> seeds)
    {
        seeds = [];
        if (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return SetSeed(workflow, RandomSeed.Next(), catalogue);
        }

        var ui = new UIEditor(workflow.Document, RequireCatalogue(workflow, catalogue));
        var randomizer = new SeedRandomizer(ui.Workflow, ui.Prompt, runs);
        seeds = randomizer.Find();
        if (seeds.Count > 0)
        {
            return Apply(workflow, seeds.ConvertAll<WorkflowEdit>(seed => new ValueEdit(seed.Key, seed.Value)), catalogue, check: false);
        }

        return randomizer.FixedCount == 0
            ? throw NoSeed(workflow)
            : workflow.WithWarning("Its seeds are as they were: control_after_generate is 'fixed' for each of them. Set them with -Seed, or change that in the browser.");
    }

    private static ComfyUIValidationException NoSeed(ComfyUIWorkflow workflow) => new(
        ComfyUIErrorId.UnknownWorkflowInput,
        $"{workflow.Source ?? "The workflow"} has no input called seed or noise_seed that is not linked to another node.")
    {
        RecommendedAction = "Leave -Seed and -RandomizeSeed out, or set the input that takes the number with -Parameter.",
    };

    private static List<ResolvedEdit> SeedEdits(JsonObject prompt, JsonNode seed)
    {
        var edits = new List<ResolvedEdit>();
        foreach (KeyValuePair<string, JsonNode?> node in prompt)
        {
            JsonObject inputs = ((JsonObject)node.Value!).Object("inputs")!;
            foreach (string name in new[] { "seed", "noise_seed" })
            {
                if (inputs.ContainsKey(name) && inputs[name] is not JsonArray)
                {
                    edits.Add(new ResolvedEdit(new ValueEdit(node.Key + "." + name, seed), node.Key, name, seed));
                }
            }
        }

        return edits;
    }

    // What a name means in the prompt comes first; then nodes that the document has and its prompt has not.
    private static ResolvedEdit Resolve(WorkflowEdit edit, UIEditor ui, ComfyUINodeCatalogue? catalogue, bool check)
    {
        try
        {
            return Resolve(edit, ui.Prompt, catalogue, check);
        }
        catch (ComfyUIValidationException e) when (e.ErrorId == ComfyUIErrorId.UnknownWorkflowInput)
        {
            return Resolve(edit, ui.Everything, catalogue, check);
        }
    }

    private static ResolvedEdit Resolve(WorkflowEdit edit, JsonObject prompt, ComfyUINodeCatalogue? catalogue, bool check)
    {
        if (edit is ModeEdit)
        {
            return new ResolvedEdit(edit, InputNames.ResolveNode(prompt, edit.Name), string.Empty);
        }

        (string id, string input) = InputNames.Resolve(prompt, edit.Name, catalogue);
        var node = (JsonObject)prompt[id]!;
        ComfyUINodeDefinition? definition = catalogue?.Find(node.Text("class_type") ?? string.Empty);
        ComfyUIInputDefinition? declared = PromptInputDefinitions.Find(definition, node.Object("inputs") ?? [], input);
        switch (edit)
        {
            case LinkEdit link:
                (string Id, int Slot) source = InputNames.ResolveOutput(prompt, link.Source, catalogue);
                if (check)
                {
                    CheckLink(edit.Name, link.Source, declared, catalogue?.Find(((JsonObject)prompt[source.Id]!).Text("class_type") ?? string.Empty), source.Slot);
                }

                return new ResolvedEdit(edit, id, input, Source: source);
            case ValueEdit { Value: JsonArray pair } when PromptLink.Read(pair, prompt) is { } asLink:
                return new ResolvedEdit(new LinkEdit(edit.Name, asLink.Id), id, input, Source: asLink);
            case ValueEdit value:
                JsonNode? fitted = InputValues.Fit(value.Value, declared);
                if (check && declared is not null)
                {
                    InputValues.Check(fitted, declared, edit.Name);
                }

                return new ResolvedEdit(edit, id, input, fitted);
            default:
                return new ResolvedEdit(edit, id, input);
        }
    }

    private static void CheckLink(string name, string sourceName, ComfyUIInputDefinition? input, ComfyUINodeDefinition? source, int slot)
    {
        if (input is not null && source is not null && !PromptTypes.Match(source.Outputs[slot].Type, input.Type))
        {
            throw new ComfyUIValidationException(
                ComfyUIErrorId.InvalidInputValue, $"'{name}' takes {input.Type}, and '{sourceName}' gives {source.Outputs[slot].Type}.")
            {
                RecommendedAction = "Link an output of the same type; -Force links them all the same.",
            };
        }
    }

    private static void Apply(PromptEditor editor, ResolvedEdit edit)
    {
        switch (edit.Edit)
        {
            case ValueEdit:
                editor.SetValue(edit.NodeId, edit.Input, edit.Value);
                break;
            case LinkEdit:
                editor.SetLink(edit.NodeId, edit.Input, edit.Source.NodeId, edit.Source.Slot);
                break;
            case UnlinkEdit:
                editor.RemoveLink(edit.NodeId, edit.Input);
                break;
            case ModeEdit mode:
                editor.SetMode(edit.NodeId, mode.Mode);
                break;
        }
    }

    private static ComfyUIWorkflow Edited(ComfyUIWorkflow workflow, JsonObject document, List<ResolvedEdit> edits, ComfyUINodeCatalogue? catalogue)
    {
        JsonObject? uiDocument = workflow.UIDocument is { } companion && catalogue is not null ? Mirror(companion, edits, catalogue) : null;
        return new ComfyUIWorkflow(document, ComfyUIWorkflowFormat.Api, workflow.Source)
        {
            UIDocument = uiDocument,

            // One with the old values would tell a lie about the picture; the prompt itself is in the picture anyway.
            ExtraData = uiDocument is null ? WithoutUIDocument(workflow.ExtraData) : workflow.ExtraData,
            Warnings = workflow.Warnings,
        };
    }

    /// <summary>The UI document with the same changes; null when the prompt it would become is not the prompt it became before with just these changes.</summary>
    private static JsonObject? Mirror(JsonObject uiDocument, List<ResolvedEdit> edits, ComfyUINodeCatalogue catalogue)
    {
        try
        {
            var ui = new UIEditor(uiDocument, catalogue);
            var expected = (JsonObject)JsonText.Clone(ui.Prompt)!;
            var editor = new PromptEditor(expected, catalogue);
            foreach (ResolvedEdit edit in edits)
            {
                if (!expected.ContainsKey(edit.NodeId) || (edit.Source.NodeId is { } source && !expected.ContainsKey(source)) || ui.IsRewritten(edit))
                {
                    return null;
                }

                Apply(editor, edit);
                ui.Apply(edit);
            }

            ui.CheckResult();
            return SamePrompt(expected, ui.Prompt) ? ui.Document : null;
        }
        catch (ComfyUIValidationException)
        {
            return null;
        }
    }

    private static bool SamePrompt(JsonObject expected, JsonObject actual)
    {
        if (expected.Count != actual.Count)
        {
            return false;
        }

        foreach (KeyValuePair<string, JsonNode?> node in expected)
        {
            if (actual[node.Key] is not JsonObject other || !JsonEquality.AreEqual(node.Value!["inputs"], other["inputs"]))
            {
                return false;
            }
        }

        return true;
    }

    private static ComfyUINodeCatalogue RequireCatalogue(ComfyUIWorkflow workflow, ComfyUINodeCatalogue? catalogue)
        => catalogue ?? throw new ComfyUIValidationException(
            ComfyUIErrorId.UnsupportedWorkflowFormat,
            $"{workflow.Source ?? "The workflow"} is in the format that the browser saves (UI format), in which values have no names without the server's node classes.")
        {
            RecommendedAction = "Connect to the server, give -NodeInfo, or turn the workflow into API format first, with ConvertTo-ComfyUIPrompt.",
        };

    private static JsonObject? WithoutUIDocument(JsonObject? extraData)
    {
        var extra = (JsonObject?)JsonText.Clone(extraData);
        extra?.Object("extra_pnginfo")?.Remove("workflow");
        return extra;
    }
}
