using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes nodes of a workflow, their inputs, and what the inputs can be.</summary>
public sealed class WorkflowInputCompleter : WorkflowCompleter
{
    private protected override IEnumerable<Candidate> Candidates(WorkflowInView workflow, string parameter, IDictionary bound)
    {
        IReadOnlyList<ComfyUIWorkflowInput> inputs = WorkflowInputReader.Read(workflow.Workflow, workflow.Catalogue);
        string? node = ServerCompleter.Bound(bound, "Node");
        string? name = ServerCompleter.Bound(bound, "Input");
        ComfyUIWorkflowInput? meant = inputs.FirstOrDefault(input => node is not null && IsOf(input, node) && Same(input.Name, name));
        return parameter switch
        {
            "Input" => Distinct(inputs.Where(input => node is null || IsOf(input, node)).Select(static input => new Candidate(input.Name, input.ToString()))),
            "Value" => meant is null ? [] : Choices(meant),
            "Link" => Outputs(inputs, workflow.Catalogue, meant),
            "Target" => Distinct(inputs.Where(input => workflow.Catalogue?.Find(input.ClassType)?.IsOutputNode != false).Select(ById)),
            _ => Distinct(
            [
                .. inputs.Select(ById),
                .. inputs.Select(static input => new Candidate(input.NodeTitle, Describe(input))),
                .. inputs.Select(static input => new Candidate(input.ClassType, Describe(input))),
            ]),
        };
    }

    /// <summary>What an input can be, where that is a choice.</summary>
    internal static IEnumerable<Candidate> Choices(ComfyUIWorkflowInput input) => input.Type == "BOOLEAN"
        ? [new Candidate("$true", IsCode: true), new Candidate("$false", IsCode: true)]
        : input.Choices.Select(static choice => new Candidate(Convert.ToString(choice, CultureInfo.InvariantCulture) ?? string.Empty));

    // The outputs of other nodes that fit an input.
    private static IEnumerable<Candidate> Outputs(IReadOnlyList<ComfyUIWorkflowInput> inputs, ComfyUINodeCatalogue? catalogue, ComfyUIWorkflowInput? target)
        => Distinct(
            from input in inputs
            where input.NodeId != target?.NodeId
            from output in (catalogue?.Find(input.ClassType)?.Outputs ?? []).Select(static (definition, index) => (Definition: definition, Index: index))
            where target is null || PromptTypes.Match(output.Definition.Type, target.Type)
            let text = string.Format(CultureInfo.InvariantCulture, "{0}.{1}", input.NodeId, output.Index)
            select new Candidate(text, Describe(input), $"{text}: {input.NodeTitle} {output.Definition}"));

    private static Candidate ById(ComfyUIWorkflowInput input) => new(input.NodeId, Describe(input), Describe(input));

    private static string Describe(ComfyUIWorkflowInput input) => $"{input.NodeId}: {input.NodeTitle} ({input.ClassType})";

    private static bool IsOf(ComfyUIWorkflowInput input, string node) => Same(input.NodeId, node) || Same(input.NodeTitle, node) || Same(input.ClassType, node);

    private static bool Same(string text, string? other) => string.Equals(text, other, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Candidate> Distinct(IEnumerable<Candidate> candidates)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return candidates.Where(candidate => candidate.Text.Length > 0 && seen.Add(candidate.Text));
    }
}
