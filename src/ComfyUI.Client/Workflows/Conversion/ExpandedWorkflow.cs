using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>A UI workflow laid out flat, with widgets and links as the interface has them after loading: one step before the prompt.</summary>
/// <param name="Root">The workflow's own level.</param>
/// <param name="Nodes">The nodes of all levels; a subgraph's node comes before what is inside it.</param>
/// <param name="Links">Follows links to what really feeds an input.</param>
/// <param name="Replacer">Works out <c>%Node.widget%</c>.</param>
/// <param name="Warnings">What was not quite as it should be.</param>
internal sealed record ExpandedWorkflow(
    GraphScope Root,
    IReadOnlyList<NodeInstance> Nodes,
    LinkResolver Links,
    TextReplacer Replacer,
    List<ComfyUIConversionWarning> Warnings)
{
    /// <summary>Writes the prompt with texts as they are kept: nothing is rolled or replaced.</summary>
    internal System.Text.Json.Nodes.JsonObject WriteAsKept() => new PromptWriter(Links, Replacer, WorkflowInputReader.AsKept, []).Write(Nodes);
}
