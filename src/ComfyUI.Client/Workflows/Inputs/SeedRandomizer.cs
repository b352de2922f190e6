using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Finds the seeds of a UI document and what they are to be in the next run, as the browser changes them between runs: each by its own
/// <c>control_after_generate</c>, and so the other numbers and choices that have one. Seeds that share one value, such as that of a PrimitiveNode, keep sharing it.
/// </summary>
internal sealed class SeedRandomizer(ExpandedWorkflow workflow, JsonObject prompt, int runs)
{
    private readonly Dictionary<WidgetPlace, JsonNode> _byPlace = [];

    /// <summary>How many seeds stay as they are, because the document says so.</summary>
    internal int FixedCount { get; private set; }

    /// <summary>The seeds that change, by the ids and names of the prompt.</summary>
    internal List<KeyValuePair<string, JsonNode?>> Find()
    {
        var seeds = new List<KeyValuePair<string, JsonNode?>>();
        foreach (NodeInstance node in workflow.Nodes)
        {
            if (!node.IsSent)
            {
                continue;
            }

            foreach (Widget widget in node.Widgets)
            {
                if (widget.Definition is { } definition && SeedControl.IsPossible(definition)
                    && prompt[node.ExecutionId]?["inputs"]?[widget.Name] is JsonValue current
                    && Next(node, widget, definition, current) is { } next)
                {
                    seeds.Add(new KeyValuePair<string, JsonNode?>(node.ExecutionId + "." + widget.Name, JsonText.Clone(next)));
                }
            }
        }

        return seeds;
    }

    private JsonNode? Next(NodeInstance node, Widget widget, ComfyUIInputDefinition definition, JsonNode current)
    {
        IReadOnlyList<WidgetPlace> places = ValuePlaces.Find(workflow, node, widget.Name);
        WidgetPlace? kept = places.Count > 0 ? places[0] : null;
        bool isPrimitive = kept?.Node.Type == VirtualNodes.Primitive;
        if (!isPrimitive && !SeedControl.IsOn(definition))
        {
            return null;
        }

        if (kept is not null && _byPlace.TryGetValue(kept, out JsonNode? shared))
        {
            return shared;
        }

        // A PrimitiveNode has a word of its own; a subgraph's node shows the number and leaves the word inside.
        WidgetPlace? ruled = isPrimitive ? kept : widget.Own;
        string word = SeedControl.Read(ruled, definition);
        if (word == SeedControl.Fixed)
        {
            FixedCount++;
            return null;
        }

        JsonNode? next = SeedControl.Next(word, ruled, current, definition, runs);
        if (kept is not null && next is not null)
        {
            _byPlace.Add(kept, next);
        }

        return next;
    }
}
