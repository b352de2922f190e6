using System.Collections.Generic;

namespace ComfyUI.TestServer;

/// <summary>The submitted graph plus the nodes that nodes have added while it runs.</summary>
internal sealed class DynamicGraph(PyDict prompt)
{
    private readonly Dictionary<string, PyDict> added = [];
    private readonly Dictionary<string, string> parents = [];

    public PyDict Prompt => prompt;

    public PyDict Node(string id) => added.TryGetValue(id, out var node) ? node : (PyDict)prompt[id]!;

    public bool Has(string id) => added.ContainsKey(id) || prompt.ContainsKey(id);

    public PyDict Inputs(string id) => Node(id)["inputs"] as PyDict ?? [];

    public string ClassType(string id) => (string)Node(id)["class_type"]!;

    public void Add(string id, PyDict node, string parent)
    {
        added[id] = node;
        parents[id] = parent;
    }

    public string? Parent(string id) => parents.GetValueOrDefault(id);

    /// <summary>The node of the submitted graph that stands behind an added one.</summary>
    public string RealId(string id)
    {
        while (parents.TryGetValue(id, out var parent))
        {
            id = parent;
        }

        return id;
    }

    /// <summary>Every node that exists by now, submitted ones first.</summary>
    public IEnumerable<string> AllIds()
    {
        foreach (var id in prompt.Keys)
        {
            yield return id;
        }

        foreach (var id in added.Keys)
        {
            yield return id;
        }
    }

    /// <summary>Whether an input's value is a link, and to what.</summary>
    public static bool IsLink(object? value, out string source, out int slot)
    {
        if (value is PyList { Count: 2 } pair && pair[0] is string id && pair[1] is long index)
        {
            (source, slot) = (id, (int)index);
            return true;
        }

        (source, slot) = ("", 0);
        return false;
    }
}
