using System.Collections.Generic;

namespace ComfyUI.TestServer;

/// <summary>The progress of all nodes of one prompt, sent whole with every change.</summary>
internal sealed class NodeProgress(EventSender events, DynamicGraph graph, string promptId)
{
    private readonly OrderedDictionary<string, Entry> nodes = [];
    private readonly System.Threading.Lock gate = new();

    public void Start(string id) => Change(id, new Entry("running", 0.0, 1.0));

    public void Update(string id, long value, long max) => Change(id, new Entry("running", value, max));

    /// <summary>A node that was never started (cached) finishes with whole numbers, 1 of 1.</summary>
    public void Finish(string id)
    {
        Entry entry;
        lock (gate)
        {
            entry = nodes.TryGetValue(id, out var known) ? known with { State = "finished", Value = known.Max } : new Entry("finished", 1L, 1L);
        }

        Change(id, entry);
    }

    /// <summary>The node's identity as preview frames carry it.</summary>
    public PyDict Identity(string id) => Py.Dict(
        ("node_id", id),
        ("prompt_id", promptId),
        ("display_node_id", graph.RealId(id)),
        ("parent_node_id", graph.Parent(id)),
        ("real_node_id", graph.RealId(id)));

    private void Change(string id, Entry entry)
    {
        if (!events.HasListener)
        {
            lock (gate)
            {
                nodes[id] = entry;
            }

            return;
        }

        var all = new PyDict();
        lock (gate)
        {
            nodes[id] = entry;
            foreach (var (node, state) in nodes)
            {
                var view = Py.Dict(("value", state.Value), ("max", state.Max), ("state", state.State));
                foreach (var (key, value) in Identity(node))
                {
                    view[key] = value;
                }

                all[node] = view;
            }
        }

        if (!events.HasProgressState)
        {
            return;
        }

        events.ToOwnerOrAll("progress_state", Py.Dict(("prompt_id", promptId), ("nodes", all)));
    }

    private sealed record Entry(string State, object Value, object Max);
}
