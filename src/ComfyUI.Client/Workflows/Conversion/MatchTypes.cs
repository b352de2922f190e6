using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>
/// Inputs of one class that must all be of one type, whichever it is (<c>COMFY_MATCHTYPE_V3</c>). The interface works the types out when it
/// loads a file: an input takes what the others of its group are fed.
/// </summary>
internal sealed class MatchTypes
{
    // What the inputs of such a node are fed. They can follow each other in long chains, and many can read the same one.
    private readonly Dictionary<NodeInstance, string> _taken = [];

    internal void Solve(NodeInstance node)
    {
        if (node.Definition is not { HasMatchTypes: true } definition)
        {
            return;
        }

        List<(LiveInput Input, string Group, string Allowed)> members = Members(node, definition);
        string[] fed = members.ConvertAll(member => FedType(node.Scope, member.Input.LinkId)).ToArray();
        for (int i = 0; i < members.Count; i++)
        {
            string? type = members[i].Allowed;
            for (int other = 0; other < members.Count && type is not null; other++)
            {
                type = other != i && members[other].Group == members[i].Group ? Common(type, fed[other]) : type;
            }

            members[i].Input.Type = type ?? members[i].Input.Type;
        }
    }

    private static List<(LiveInput Input, string Group, string Allowed)> Members(NodeInstance node, ComfyUINodeDefinition definition)
    {
        var members = new List<(LiveInput Input, string Group, string Allowed)>();
        foreach (LiveInput input in node.Inputs)
        {
            if (definition.FindInput(input.Name) is { Type: WidgetTypes.MatchType } declared
                && declared.Options.TryGetProperty("template", out JsonElement template) && template.ValueKind == JsonValueKind.Object)
            {
                members.Add((input, template.MemberText("template_id") ?? string.Empty, template.MemberText("allowed_types") ?? SlotType.Any));
            }
        }

        return members;
    }

    private string FedType(GraphScope scope, string? linkId)
    {
        if (WaitsFor(scope, linkId) is not { } origin)
        {
            return KnownType(scope, linkId);
        }

        Follow(origin);
        return _taken[origin];
    }

    /// <summary>Finds out what a node and all those before it are fed. A file decides how many that are, so they are not left to the stack.</summary>
    private void Follow(NodeInstance last)
    {
        // Without links: yet to be looked at. With them: those it waits for were put on top of it.
        var open = new Stack<(NodeInstance Node, List<string>? Links)>();
        open.Push((last, null));
        while (open.Count > 0)
        {
            (NodeInstance node, List<string>? links) = open.Pop();
            if (links is not null)
            {
                _taken[node] = links.Aggregate(SlotType.Any, (common, link) => Common(common, TypeOf(node.Scope, link)) ?? common);
            }
            else if (!_taken.ContainsKey(node))
            {
                // In a circle, whoever comes back here meanwhile finds any type.
                _taken.Add(node, SlotType.Any);
                links = MatchLinks(node);
                open.Push((node, links));
                foreach (string link in links)
                {
                    if (WaitsFor(node.Scope, link) is { } origin)
                    {
                        open.Push((origin, null));
                    }
                }
            }
        }
    }

    private string TypeOf(GraphScope scope, string linkId) => WaitsFor(scope, linkId) is { } origin ? _taken[origin] : KnownType(scope, linkId);

    /// <summary>The node whose own inputs decide what comes over a link; null when that is known without.</summary>
    private static NodeInstance? WaitsFor(GraphScope scope, string? linkId)
        => linkId is not null && scope.Graph.Links.TryGetValue(linkId, out GraphLink link) && link.OriginSlot >= 0 && !link.ComesFromSubgraphInput
            && scope.Find(link.OriginId) is { Definition.HasMatchTypes: true } origin && origin.OutputType(link.OriginSlot) == SlotType.Any
            ? origin
            : null;

    private static string KnownType(GraphScope scope, string? linkId)
    {
        if (linkId is null || !scope.Graph.Links.TryGetValue(linkId, out GraphLink link) || link.OriginSlot < 0)
        {
            return SlotType.Any;
        }

        if (link.ComesFromSubgraphInput)
        {
            return scope.Definition is { } around && link.OriginSlot < around.Inputs.Count ? around.Inputs[link.OriginSlot].Type : SlotType.Any;
        }

        return scope.Find(link.OriginId)?.OutputType(link.OriginSlot) ?? SlotType.Any;
    }

    /// <summary>The links at a node's inputs of that kind, as the file has them: to lay its inputs out would solve the node before it in turn.</summary>
    private static List<string> MatchLinks(NodeInstance node)
    {
        var links = new List<string>();
        foreach (GraphSlot slot in node.Node.Inputs)
        {
            ComfyUIInputDefinition? declared = node.Definition!.FindInput(slot.Name)
                ?? (slot.WidgetName is null ? null : node.Definition.FindInput(slot.WidgetName));
            if (slot.LinkId is not null && declared is { Type: WidgetTypes.MatchType })
            {
                links.Add(slot.LinkId);
            }
        }

        node.Node.Release();
        return links;
    }

    /// <summary>What fits both; null when nothing does.</summary>
    private static string? Common(string a, string b)
    {
        if (a == SlotType.Any || b == SlotType.Any || a == b)
        {
            return a == SlotType.Any ? b : a;
        }

        string shared = string.Join(",", a.Split(',').Intersect(b.Split(','), StringComparer.OrdinalIgnoreCase));
        return shared.Length > 0 ? shared : null;
    }
}
