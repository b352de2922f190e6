using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Validates workflows without running them, as the server's <c>POST /prompt</c> does: same types, same words, and only nodes that an output
/// needs. What only the node's own code could say (<c>custom_validation_failed</c>) is not found.
/// </summary>
public static class WorkflowValidator
{
    /// <summary>The server's type for a class that it does not have.</summary>
    internal const string MissingClass = "missing_node_type";

    /// <summary>The server's type for a value that is none of the choices.</summary>
    internal const string MissingChoice = "value_not_in_list";

    /// <summary>The type of the error for a number below the smallest the server takes.</summary>
    internal const string TooSmall = "value_smaller_than_min";

    /// <summary>The type of the error for a number above the largest the server takes.</summary>
    internal const string TooLarge = "value_bigger_than_max";

    /// <summary>The type of the error for a value that is not of the input's type.</summary>
    internal const string WrongType = "invalid_input_type";

    // Each node of a cycle shows the way around.
    private const int LongestPathShown = 20;

    /// <summary>
    /// Finds what is wrong, in the order of the workflow's nodes. A workflow in UI format is converted first; what cannot be converted quite as
    /// drawn is a warning.
    /// </summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="catalogue">The node classes of the server that is to run it.</param>
    /// <returns>The problems; none when the server would take the workflow.</returns>
    public static IReadOnlyList<ComfyUIWorkflowProblem> Validate(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue)
    {
        var problems = new List<ComfyUIWorkflowProblem>();
        JsonObject prompt = workflow.Document;
        Dictionary<string, string> packs = [];
        if (workflow.UIDocument is { } document)
        {
            try
            {
                ExpandedWorkflow expanded = WorkflowConverter.Expand(document, catalogue, WorkflowInputReader.AsKept);
                packs = PacksOf(expanded);
                if (workflow.Format == ComfyUIWorkflowFormat.UI)
                {
                    prompt = expanded.WriteAsKept();
                    problems.AddRange(expanded.Warnings.Where(warning => !packs.ContainsKey(warning.NodeId)).Select(FromWarning));
                }
            }
            catch (ComfyUIValidationException e)
            {
                if (workflow.Format == ComfyUIWorkflowFormat.UI)
                {
                    return FromError(e);
                }
            }
        }

        problems.AddRange(CheckPrompt(prompt, catalogue, packs));
        return problems;
    }

    private static IEnumerable<ComfyUIWorkflowProblem> CheckPrompt(JsonObject prompt, ComfyUINodeCatalogue catalogue, Dictionary<string, string> packs)
    {
        var found = new Dictionary<string, List<ComfyUIWorkflowProblem>>(StringComparer.Ordinal);
        var outputs = new List<string>();
        bool allKnown = true;
        foreach (KeyValuePair<string, JsonNode?> entry in prompt)
        {
            string className = ((JsonObject)entry.Value!).Text("class_type")!;
            found[entry.Key] = [];
            if (!catalogue.TryGet(className, out ComfyUINodeDefinition? definition))
            {
                allKnown = false;
                found[entry.Key].Add(UnknownClass(entry.Key, (JsonObject)entry.Value!, className, catalogue, packs));
            }
            else if (definition.IsOutputNode)
            {
                outputs.Add(entry.Key);
            }
        }

        Dictionary<string, List<string>> sources = CheckNodes(prompt, outputs, catalogue, found);
        foreach (IReadOnlyList<string> cycle in CycleFinder.Find(sources))
        {
            for (int i = 0; i < cycle.Count; i++)
            {
                if (!found[cycle[i]].Exists(problem => problem.Type == "dependency_cycle"))
                {
                    found[cycle[i]].Add(Cycle(cycle, i, prompt));
                }
            }
        }

        IEnumerable<ComfyUIWorkflowProblem> problems = prompt.SelectMany(entry => found[entry.Key]);

        // Without a class there is no telling whether it is an output.
        return outputs.Count > 0 || !allKnown
            ? problems
            : problems.Append(new ComfyUIWorkflowProblem
            {
                Type = "prompt_no_outputs",
                Message = "Prompt has no outputs",
                Suggestion = "Add a node that saves or shows something, such as SaveImage or PreviewImage.",
            });
    }

    /// <summary>Checks the nodes that the outputs need, and gives each one's sources. The server never looks at others.</summary>
    private static Dictionary<string, List<string>> CheckNodes(
        JsonObject prompt, List<string> outputs, ComfyUINodeCatalogue catalogue, Dictionary<string, List<ComfyUIWorkflowProblem>> found)
    {
        var sources = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var pending = new Queue<string>(outputs);
        while (pending.Count > 0)
        {
            string id = pending.Dequeue();
            if (sources.ContainsKey(id))
            {
                continue;
            }

            var node = (JsonObject)prompt[id]!;
            if (catalogue.Find(node.Text("class_type")!) is { } definition)
            {
                var check = new NodeCheck(id, prompt, definition, catalogue);
                found[id].AddRange(check.Run());
                sources[id] = check.Sources;
            }
            else
            {
                sources[id] = LinksOf(node, prompt);
            }

            sources[id].ForEach(pending.Enqueue);
        }

        return sources;
    }

    private static List<string> LinksOf(JsonObject node, JsonObject prompt)
    {
        var links = new List<string>();
        foreach (KeyValuePair<string, JsonNode?> input in node.Object("inputs") ?? [])
        {
            if (PromptLink.Read(input.Value, prompt) is { } link)
            {
                links.Add(link.Id);
            }
        }

        return links;
    }

    private static ComfyUIWorkflowProblem UnknownClass(
        string id, JsonObject node, string className, ComfyUINodeCatalogue catalogue, Dictionary<string, string> packs)
    {
        string? pack = WorkflowConverter.Pack(node.Object("_meta")) ?? (packs.TryGetValue(id, out string? known) && known.Length > 0 ? known : null);
        string? nearest = pack is null ? NearestName.Find(className, catalogue.Names) : null;
        return new ComfyUIWorkflowProblem
        {
            NodeId = id,
            ClassType = className,
            Type = MissingClass,
            Message = $"Cannot execute because node {className} does not exist.",
            Details = $"Node ID '#{id}'",
            Suggestion = pack is not null ? $"It comes with the custom node pack '{pack}': install that on the server."
                : nearest is not null ? $"Did you mean '{nearest}'?"
                : null,
        };
    }

    private static ComfyUIWorkflowProblem Cycle(IReadOnlyList<string> cycle, int start, JsonObject prompt)
    {
        string Name(int i) => $"{cycle[i % cycle.Count]} ({prompt[cycle[i % cycle.Count]]!["class_type"]})";
        List<string> around = [.. Enumerable.Range(start, Math.Min(cycle.Count, LongestPathShown)).Select(Name)];
        if (cycle.Count > LongestPathShown)
        {
            around.Add($"({JsonAccess.Invariant(cycle.Count - LongestPathShown)} more)");
        }

        around.Add(Name(start));
        return new ComfyUIWorkflowProblem
        {
            NodeId = cycle[start],
            ClassType = prompt[cycle[start]]!["class_type"]!.ToString(),
            Type = "dependency_cycle",
            Message = "Dependency cycle detected",
            Details = string.Join(" -> ", around),
            Suggestion = "Remove one of these links.",
        };
    }

    /// <summary>The nodes of unknown classes, with the pack they come with as far as the file says.</summary>
    private static Dictionary<string, string> PacksOf(ExpandedWorkflow workflow)
    {
        var packs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (NodeInstance node in workflow.Nodes)
        {
            if (node.Kind == NodeKind.Unknown)
            {
                packs[node.ExecutionId] = WorkflowConverter.Pack(node.Node) ?? string.Empty;
            }
        }

        return packs;
    }

    // Without nodes it is about the workflow as a whole.
    private static List<ComfyUIWorkflowProblem> FromError(ComfyUIValidationException error)
    {
        var problems = new List<ComfyUIWorkflowProblem>();
        string? suggestion = error.RecommendedAction.Length > 0 ? error.RecommendedAction : null;
        foreach (ComfyUINodeError node in error.NodeErrors)
        {
            problems.Add(new ComfyUIWorkflowProblem
            {
                NodeId = node.NodeId, ClassType = node.ClassType, Input = node.InputName, Type = node.Type, Message = node.Message, Suggestion = suggestion,
            });
        }

        return problems.Count > 0 ? problems : [new ComfyUIWorkflowProblem { Type = ConversionError.Failed, Message = error.Message, Suggestion = suggestion }];
    }

    private static ComfyUIWorkflowProblem FromWarning(ComfyUIConversionWarning warning) => new()
    {
        NodeId = warning.NodeId,
        ClassType = warning.ClassType,
        Type = "conversion_warning",
        Severity = ComfyUIProblemSeverity.Warning,
        Message = warning.Message,
    };
}
