using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.TestServer;

/// <summary>Decides which node runs next: what an output needs, outputs as soon as they can, the rest in order of discovery.</summary>
internal sealed class ExecutionList(DynamicGraph graph, NodeCatalogue catalogue, Func<string, bool> isCached)
{
    private readonly OrderedDictionary<string, int> waiting = [];
    private readonly Dictionary<string, HashSet<string>> blocks = [];
    private readonly HashSet<string> external = [];

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>Whether some node waits for something outside the graph (an async node that is still running).</summary>
    public bool HasExternalBlocks => external.Count > 0;

    /// <summary>Adds a node and everything above it that is not cached.</summary>
    public void Add(string id)
    {
        var stack = new Stack<string>([id]);
        var links = new List<(string From, string To)>();
        while (stack.TryPop(out var node))
        {
            if (!waiting.TryAdd(node, 0))
            {
                continue;
            }

            blocks[node] = [];
            foreach (var value in graph.Inputs(node).Values)
            {
                if (DynamicGraph.IsLink(value, out var source, out _))
                {
                    links.Add((source, node));
                    if (!isCached(source))
                    {
                        stack.Push(source);
                    }
                }
            }
        }

        foreach (var (from, to) in links)
        {
            Link(from, to);
        }
    }

    /// <summary>Makes <paramref name="to"/> wait for <paramref name="from"/>.</summary>
    public void Link(string from, string to)
    {
        if (isCached(from))
        {
            return;
        }

        if (!waiting.ContainsKey(from))
        {
            Add(from);
        }

        if (blocks[from].Add(to))
        {
            waiting[to]++;
        }
    }

    public void Block(string id) => external.Add(id);

    public void Unblock(string id) => external.Remove(id);

    /// <summary>The next node to run, or null when every waiting node is blocked.</summary>
    public string? Next()
    {
        var free = waiting.Where(p => p.Value == 0 && !external.Contains(p.Key)).Select(p => p.Key).ToList();
        return free.Find(id => IsOutput(id) || IsAsync(id))
            ?? free.Find(id => blocks[id].Any(IsOutput))
            ?? free.Find(id => blocks[id].Any(next => blocks[next].Any(IsOutput)))
            ?? free.FirstOrDefault();
    }

    /// <summary>The node is done: whoever waited for it waits no longer.</summary>
    public void Complete(string id)
    {
        waiting.Remove(id);
        foreach (var next in blocks[id])
        {
            waiting[next]--;
        }

        blocks.Remove(id);
    }

    /// <summary>The node to blame for a cycle: one that was added while running, as the submitted ones have passed validation.</summary>
    public string SomeBlocked() => waiting.Keys.FirstOrDefault(id => graph.Parent(id) is not null) ?? waiting.GetAt(0).Key;

    private bool IsOutput(string id) => catalogue.Find(graph.ClassType(id))?.IsOutput ?? false;

    private bool IsAsync(string id) => catalogue.Find(graph.ClassType(id))?.Behaviour.IsAsync ?? false;
}
