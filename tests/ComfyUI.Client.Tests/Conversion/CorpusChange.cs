using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace ComfyUI.Client.Tests;

/// <summary>Changes a workflow as a person would, in a way that is the same for each form it is saved in: found again by class and place, not by id.</summary>
internal static class CorpusChange
{
    /// <summary>A changed copy; null when nothing is found in all forms.</summary>
    internal static JsonObject? Apply(JsonObject form, IReadOnlyList<JsonObject> allForms, Random random)
    {
        var common = Nodes(allForms[0]).Keys.Where(key => allForms.All(other => Nodes(other).ContainsKey(key))).Order(StringComparer.Ordinal).ToList();
        if (common.Count == 0)
        {
            return null;
        }

        var copy = (JsonObject)JsonText.Clone(form)!;
        Dictionary<string, JsonObject> nodes = Nodes(copy);
        for (int count = random.Next(1, 3); count > 0; count--)
        {
            JsonObject node = nodes[common[random.Next(common.Count)]];
            int change = random.Next(4);
            if (change == 0)
            {
                Unlink(node, random.Next(1000));
            }
            else
            {
                node["mode"] = JsonNumber.TryCreate(change == 1 ? 2 : 4);
            }
        }

        return copy;
    }

    // By name, since the order of inputs differs from form to form.
    private static void Unlink(JsonObject node, int choice)
    {
        List<JsonObject> linked = [.. (node.Array("inputs") ?? []).OfType<JsonObject>().Where(input => input["link"] is not null && input["widget"] is null)
            .OrderBy(input => input.Text("name"), StringComparer.Ordinal)];
        if (linked.Count > 0)
        {
            linked[choice % linked.Count]["link"] = null;
        }
    }

    private static Dictionary<string, JsonObject> Nodes(JsonObject workflow)
    {
        var found = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var doubled = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonObject graph in (workflow.Object("definitions")?.Array("subgraphs") ?? []).OfType<JsonObject>().Prepend(workflow))
        {
            foreach (JsonObject node in (graph.Array("nodes") ?? []).OfType<JsonObject>())
            {
                string key = graph.Text("name") + "|" + node.Text("type") + "|" + Place(node["pos"]);
                if (!found.TryAdd(key, node))
                {
                    doubled.Add(key);
                }
            }
        }

        foreach (string key in doubled)
        {
            found.Remove(key);
        }

        return found;
    }

    private static string Place(JsonNode? position)
    {
        JsonNode? x = position is JsonArray { Count: 2 } list ? list[0] : position?["0"];
        JsonNode? y = position is JsonArray { Count: 2 } pair ? pair[1] : position?["1"];
        return Math.Round(JsonAccess.Number(x) ?? 0) + "," + Math.Round(JsonAccess.Number(y) ?? 0);
    }
}
