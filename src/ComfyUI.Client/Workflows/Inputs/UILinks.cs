using System;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Adds and removes links in a graph of a UI document: the root with links as lists (0.4) or objects (1.0), or a subgraph. A link stands in three
/// places: the graph's list, the input it ends at and the output it begins at.
/// </summary>
internal static class UILinks
{
    internal static void Remove(JsonObject graph, NodeInstance target, string inputName)
    {
        if (target.FindInput(inputName)?.LinkId is not { } linkId)
        {
            return;
        }

        foreach (JsonNode? item in JsonRead.Items(target.Node.Json!["inputs"]))
        {
            if (item is JsonObject input && JsonRead.Key(input["link"]) == linkId)
            {
                input["link"] = null;
            }
        }

        foreach (JsonNode? item in JsonRead.Items(graph["nodes"]))
        {
            foreach (JsonNode? output in JsonRead.Items((item as JsonObject)?["outputs"]))
            {
                RemoveId((output as JsonObject)?["links"], linkId);
            }
        }

        foreach (JsonNode? input in JsonRead.Items(graph["inputs"]))
        {
            RemoveId((input as JsonObject)?["linkIds"], linkId);
        }

        foreach (JsonNode? reroute in JsonRead.Items(graph["reroutes"]))
        {
            RemoveId((reroute as JsonObject)?["linkIds"], linkId);
        }

        RemoveWhere(graph["links"], item => IdOf(item) == linkId);
        RemoveWhere(graph.Object("extra")?["linkExtensions"], item => IdOf(item) == linkId);
        EverywhereLinks.Remove(graph, linkId);
    }

    internal static void Add(JsonObject graph, NodeInstance target, string inputName, NodeInstance source, int slot)
    {
        long id = NextId(graph);
        string type = source.OutputType(slot);
        JsonArray inputs = Array(target.Node.Json!, "inputs");
        int inputIndex = FindOrAddInput(inputs, target, inputName, type);
        ((JsonObject)inputs[inputIndex]!)["link"] = JsonNumber.TryCreate(id);

        JsonArray outputs = Array(source.Node.Json!, "outputs");
        while (outputs.Count <= slot)
        {
            string name = source.Definition is { } definition && outputs.Count < definition.Outputs.Count ? definition.Outputs[outputs.Count].Name : type;
            outputs.Add(new JsonObject { ["name"] = JsonValue.Create(name), ["type"] = JsonValue.Create(source.OutputType(outputs.Count)), ["links"] = new JsonArray() });
        }

        Array((JsonObject)outputs[slot]!, "links").Add(JsonNumber.TryCreate(id));
        Array(graph, "links").Add(Link(graph, id, source, slot, target, inputIndex, type));
    }

    private static JsonNode Link(JsonObject graph, long id, NodeInstance source, int slot, NodeInstance target, int inputIndex, string type)
    {
        (string Name, JsonNode? Value)[] parts =
        [
            ("id", JsonNumber.TryCreate(id)),
            ("origin_id", JsonText.Clone(source.Node.Json!["id"])),
            ("origin_slot", JsonNumber.TryCreate(slot)),
            ("target_id", JsonText.Clone(target.Node.Json!["id"])),
            ("target_slot", JsonNumber.TryCreate(inputIndex)),
            ("type", JsonValue.Create(type)),
        ];
        if (UsesObjects(graph, isRoot: source.Scope.Host is null))
        {
            var link = new JsonObject();
            System.Array.ForEach(parts, part => link[part.Name] = part.Value);
            return link;
        }

        return new JsonArray(System.Array.ConvertAll(parts, part => part.Value));
    }

    private static bool UsesObjects(JsonObject graph, bool isRoot)
    {
        foreach (JsonNode? link in JsonRead.Items(graph["links"]))
        {
            return link is JsonObject;
        }

        return !isRoot || JsonRead.Int(graph["version"]) == 1;
    }

    private static int FindOrAddInput(JsonArray inputs, NodeInstance target, string name, string type)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is JsonObject input && (JsonRead.Text(input["name"]) == name || JsonRead.Text(input.Object("widget")?["name"]) == name))
            {
                return i;
            }
        }

        var added = new JsonObject { ["name"] = JsonValue.Create(name), ["type"] = JsonValue.Create(target.FindInput(name)?.Type ?? type) };
        if (target.FindWidget(name) is not null)
        {
            added["widget"] = new JsonObject { ["name"] = JsonValue.Create(name) };
        }

        inputs.Add(added);
        return inputs.Count - 1;
    }

    private static long NextId(JsonObject graph)
    {
        JsonObject? state = graph.Object("state");
        long last = Math.Max(graph.Integer("last_link_id") ?? 0, state?.Integer("lastLinkId") ?? 0);
        foreach (JsonNode? item in JsonRead.Items(graph["links"]))
        {
            last = long.TryParse(IdOf(item), out long id) ? Math.Max(last, id) : last;
        }

        JsonNode next = JsonNumber.TryCreate(last + 1)!;
        if (state is not null)
        {
            state["lastLinkId"] = next;
        }
        else
        {
            graph["last_link_id"] = next;
        }

        return last + 1;
    }

    private static string? IdOf(JsonNode? link) => link is JsonArray { Count: > 0 } list ? JsonRead.Key(list[0]) : JsonRead.Key((link as JsonObject)?["id"]);

    private static JsonArray Array(JsonObject owner, string name)
    {
        if (owner[name] is not JsonArray array)
        {
            owner[name] = array = [];
        }

        return array;
    }

    private static void RemoveId(JsonNode? list, string id) => RemoveWhere(list, item => JsonRead.Key(item) == id);

    private static void RemoveWhere(JsonNode? list, Predicate<JsonNode?> condition)
    {
        if (list is not JsonArray array)
        {
            return;
        }

        for (int i = array.Count - 1; i >= 0; i--)
        {
            if (condition(array[i]))
            {
                array.RemoveAt(i);
            }
        }
    }
}
