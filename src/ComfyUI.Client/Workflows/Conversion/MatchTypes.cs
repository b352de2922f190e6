using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>
/// Inputs of one class that must all be of one type, whichever it is (<c>COMFY_MATCHTYPE_V3</c>). The interface works the types out when it
/// loads a file: an input takes what the others of its group are fed.
/// </summary>
internal static class MatchTypes
{
    // Such nodes can follow each other. Further back the file's own types will do.
    private const int MaxDepth = 32;

    internal static void Solve(NodeInstance node)
    {
        if (node.Definition is not { HasMatchTypes: true } definition)
        {
            return;
        }

        List<(LiveInput Input, string Group, string Allowed)> members = Members(node, definition);
        string[] fed = members.ConvertAll(member => FedType(node, member.Input, 0)).ToArray();
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

    private static string FedType(NodeInstance node, LiveInput input, int depth)
    {
        if (input.LinkId is null || !node.Scope.Graph.Links.TryGetValue(input.LinkId, out GraphLink link) || link.OriginSlot < 0)
        {
            return SlotType.Any;
        }

        if (link.ComesFromSubgraphInput)
        {
            return node.Scope.Definition is { } around && link.OriginSlot < around.Inputs.Count ? around.Inputs[link.OriginSlot].Type : SlotType.Any;
        }

        if (node.Scope.Find(link.OriginId) is not { } origin)
        {
            return SlotType.Any;
        }

        string type = origin.OutputType(link.OriginSlot);
        return type == SlotType.Any && depth < MaxDepth && origin.Definition is { HasMatchTypes: true } definition
            ? Members(origin, definition).Aggregate(type, (common, member) => Common(common, FedType(origin, member.Input, depth + 1)) ?? common)
            : type;
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
