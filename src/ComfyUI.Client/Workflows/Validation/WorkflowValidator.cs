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
                    return [new ComfyUIWorkflowProblem { Type = "conversion_failed", Message = e.Message, Suggestion = e.RecommendedAction }];
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
            foreach (string id in cycle)
            {
                if (!found[id].Exists(problem => problem.Type == "dependency_cycle"))
                {
                    found[id].Add(Cycle(id, cycle, prompt));
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
            Type = "missing_node_type",
            Message = $"Cannot execute because node {className} does not exist.",
            Details = $"Node ID '#{id}'",
            Suggestion = pack is not null ? $"It comes with the custom node pack '{pack}': install that on the server."
                : nearest is not null ? $"Did you mean '{nearest}'?"
                : null,
        };
    }

    private static ComfyUIWorkflowProblem Cycle(string id, IReadOnlyList<string> cycle, JsonObject prompt)
    {
        int start = cycle.ToList().IndexOf(id);
        IEnumerable<string> around = Enumerable.Range(0, cycle.Count + 1).Select(i => cycle[(start + i) % cycle.Count]);
        return new ComfyUIWorkflowProblem
        {
            NodeId = id,
            ClassType = prompt[id]!["class_type"]!.ToString(),
            Type = "dependency_cycle",
            Message = "Dependency cycle detected",
            Details = string.Join(" -> ", around.Select(node => $"{node} ({prompt[node]!["class_type"]})")),
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

    private static ComfyUIWorkflowProblem FromWarning(ComfyUIConversionWarning warning) => new()
    {
        NodeId = warning.NodeId,
        ClassType = warning.ClassType,
        Type = "conversion_warning",
        Severity = ComfyUIProblemSeverity.Warning,
        Message = warning.Message,
    };
}
