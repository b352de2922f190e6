using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>Runs one prompt and writes its history entry.</summary>
internal sealed class PromptExecutor
{
    private readonly ServerProcess process;
    private readonly PromptItem item;
    private readonly EventSender events;
    private readonly DynamicGraph graph;
    private readonly CacheSignatures signatures;
    private readonly NodeProgress progress;
    private readonly ExecutionList list;
    private readonly PyList messages = [];
    private readonly PyList executed = [];
    private readonly Dictionary<string, Task<NodeResult>> pending = [];
    private readonly Dictionary<string, PyList> expanded = [];
    private readonly Dictionary<string, object?> fingerprints = [];
    private bool success = true;

    public PromptExecutor(ServerProcess process, PromptItem item)
    {
        this.process = process;
        this.item = item;
        events = new EventSender(process.Sockets, item.ClientId, process.Options.Generation);
        graph = new DynamicGraph(item.Prompt);
        signatures = new CacheSignatures(graph, Fingerprint);
        progress = new NodeProgress(events, graph, item.Id);
        list = new ExecutionList(graph, process.Catalogue, id => process.Cache.Get(signatures.Of(id)) is not null);
    }

    /// <summary>Runs the prompt to its end, good or bad, and returns what history keeps.</summary>
    public async Task<PyDict> RunAsync(CancellationToken cancellationToken)
    {
        process.Interruption.Clear();
        Message("execution_start", Py.Dict(("prompt_id", item.Id)));
        process.Cache.Keep(item.Prompt.Keys.Select(signatures.Of).ToHashSet());
        PyList cached = [.. item.Prompt.Keys.Where(id => process.Cache.Get(signatures.Of(id)) is not null)];
        Message("execution_cached", Py.Dict(("nodes", cached), ("prompt_id", item.Id)));
        foreach (var output in item.Outputs)
        {
            list.Add(output);
        }

        var unbroken = true;
        while (unbroken && !list.IsEmpty)
        {
            unbroken = await StepAsync(cancellationToken);
        }

        if (unbroken)
        {
            Message("execution_success", Py.Dict(("prompt_id", item.Id)));
        }

        return HistoryEntry();
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var id = list.Next();
        while (id is null && list.HasExternalBlocks)
        {
            await Task.WhenAny(pending.Values).WaitAsync(cancellationToken);
            foreach (var done in pending.Where(p => p.Value.IsCompleted).Select(p => p.Key))
            {
                list.Unblock(done);
            }

            id = list.Next();
        }

        if (id is null)
        {
            FailWithCycle(graph.RealId(list.SomeBlocked()));
            return false;
        }

        try
        {
            await ExecuteAsync(id, cancellationToken);
            return true;
        }
        catch (InterruptedException)
        {
            success = false;
            process.Log.Add("Processing interrupted\n");
            var real = graph.RealId(id);
            Message(
                "execution_interrupted",
                Py.Dict(("prompt_id", item.Id), ("node_id", real), ("node_type", graph.ClassType(real)), ("executed", Executed())),
                toAll: true);
            return false;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            success = false;
            Fail(id, problem);
            return false;
        }
    }

    private async Task ExecuteAsync(string id, CancellationToken cancellationToken)
    {
        var type = process.Catalogue.Find(graph.ClassType(id))!;
        var signature = signatures.Of(id);
        if (!pending.ContainsKey(id) && !expanded.ContainsKey(id) && process.Cache.Get(signature) is { } old)
        {
            events.ToOwner("executed", Executed(id, old.Ui));
            progress.Finish(id);
            list.Complete(id);
            return;
        }

        NodeResult result;
        if (expanded.Remove(id, out var links))
        {
            result = new NodeResult([.. links.Select(Resolve)]);
        }
        else if (pending.Remove(id, out var task))
        {
            result = await task;
        }
        else
        {
            progress.Start(id);
            process.LastNodeId = graph.RealId(id);
            events.ToOwner("executing", Py.Dict(("node", id), ("display_node", graph.RealId(id)), ("prompt_id", item.Id)));
            process.Interruption.ThrowIfRequested();
            var inputs = GatherInputs(id, type);
            if (inputs.Values.OfType<ExecutionBlocker>().FirstOrDefault() is { } blocker)
            {
                ReportBlocked(id, blocker);
                result = new NodeResult([.. type.Outputs.Select(_ => new ExecutionBlocker(null))]);
            }
            else
            {
                var run = type.Behaviour.Run(Call(id, inputs));
                if (type.Behaviour.IsAsync && !run.IsCompleted)
                {
                    pending[id] = run.AsTask();
                    list.Block(id);
                    return;
                }

                result = await run;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (result.Expansion is { } expansion)
        {
            Expand(id, expansion, [.. result.Outputs]);
            return;
        }

        if (result.Ui is { Count: > 0 })
        {
            events.ToOwner("executed", Executed(id, result.Ui));
        }

        process.Cache.Set(signature, new CachedNode(result.Outputs, result.Ui, Meta(id)));
        progress.Finish(id);
        executed.Add(id);
        list.Complete(id);
    }

    private PyDict GatherInputs(string id, NodeType type)
    {
        var inputs = new PyDict();
        foreach (var (name, value) in graph.Inputs(id))
        {
            inputs[name] = DynamicGraph.IsLink(value, out _, out _) && type.Inputs.Any(i => i.Name == name) ? Resolve(value) : value;
        }

        return inputs;
    }

    private object? Resolve(object? value) =>
        DynamicGraph.IsLink(value, out var source, out var slot)
            ? process.Cache.Get(signatures.Of(source))?.Outputs.ElementAtOrDefault(slot)
            : value;

    private NodeCall Call(string id, PyDict inputs) => new()
    {
        Inputs = inputs,
        NodeId = id,
        Files = process.Files,
        Options = process.Options,
        Interruption = process.Interruption,
        Stopping = process.Stopping,
        Progress = (value, max, preview) => Report(id, value, max, preview),
        SendText = (text, toOwner) => events.Binary("TEXT", BinaryFrames.Text(id, text), toAll: !toOwner),
        Metadata = Metadata,
    };

    private void Report(string id, long value, long max, NodePreview? preview)
    {
        process.Interruption.ThrowIfRequested();
        progress.Update(id, value, max);
        var withMetadata = preview is not null && events.WantsPreviewMetadata && !preview.FullSize;
        if (withMetadata)
        {
            events.Binary("PREVIEW_IMAGE_WITH_METADATA", BinaryFrames.PreviewWithMetadata(preview!, progress.Identity(id)));
        }

        events.ToOwnerOrAll("progress", Py.Dict(("value", value), ("max", max), ("prompt_id", item.Id), ("node", id)));
        if (preview is not null && !withMetadata && events.HasListener)
        {
            events.Binary("PREVIEW_IMAGE", BinaryFrames.Preview(preview));
        }
    }

    private void Expand(string id, PyDict nodes, PyList outputs)
    {
        foreach (var (key, node) in nodes)
        {
            graph.Add(key, (PyDict)node!, id);
        }

        expanded[id] = outputs;
        foreach (var key in nodes.Keys.Where(key => process.Catalogue.Find(graph.ClassType(key))!.IsOutput))
        {
            list.Link(key, id);
        }

        foreach (var output in outputs)
        {
            if (DynamicGraph.IsLink(output, out var source, out _))
            {
                list.Link(source, id);
            }
        }
    }

    private object? Fingerprint(string id)
    {
        if (!fingerprints.TryGetValue(id, out var value) && process.Catalogue.Find(graph.ClassType(id))?.Behaviour.Fingerprint is { } compute)
        {
            value = fingerprints[id] = compute(process.Files, graph.Inputs(id));
        }

        return value is double.NaN ? Guid.NewGuid().ToString() : value;
    }

    private PyDict Metadata()
    {
        var prompt = new PyDict();
        foreach (var (id, node) in item.Prompt)
        {
            var copy = new PyDict((PyDict)node!);
            if (fingerprints.TryGetValue(id, out var value))
            {
                copy["is_changed"] = new PyList { value };
            }

            prompt[id] = copy;
        }

        var all = Py.Dict(("prompt", prompt));
        foreach (var (key, value) in item.ExtraData.GetValueOrDefault("extra_pnginfo") as PyDict ?? [])
        {
            all[key] = value;
        }

        return all;
    }

    private void ReportBlocked(string id, ExecutionBlocker blocker)
    {
        if (blocker.Message is null)
        {
            return;
        }

        events.ToOwnerOrAll("execution_error", Py.Dict(
            ("prompt_id", item.Id),
            ("node_id", id),
            ("node_type", graph.ClassType(id)),
            ("executed", Executed()),
            ("exception_message", "Execution Blocked: " + blocker.Message),
            ("exception_type", "ExecutionBlocked"),
            ("traceback", new PyList()),
            ("current_inputs", new PyList()),
            ("current_outputs", new PyList())));
    }

    private void Fail(string id, Exception problem)
    {
        var real = graph.RealId(id);
        var inputs = new PyDict();
        foreach (var (name, value) in GatherInputs(id, process.Catalogue.Find(graph.ClassType(id))!))
        {
            inputs[name] = new PyList { value is null ? null : value is string ? Py.Str(value) : value.ToString() is { } text && !Py.IsNumber(value) ? text : Py.Repr(value) };
        }

        foreach (var (name, kind) in (((PyDict)process.Catalogue.Find(graph.ClassType(id))!.Info["input"]!).GetValueOrDefault("hidden") as PyDict) ?? [])
        {
            inputs[name] = kind switch
            {
                "PROMPT" => new PyList { Py.Repr(item.Prompt) },
                "UNIQUE_ID" => new PyList { id },
                _ => new PyList { item.ExtraData.GetValueOrDefault("extra_pnginfo") is { } info ? Py.Repr(info) : null },
            };
        }

        var exceptionType = (problem as PyException)?.TypeName ?? "RuntimeError";
        var traceback = Traceback.Of(graph.ClassType(id), exceptionType, problem.Message);
        process.Log.Add($"!!! Exception during processing !!! {problem.Message}\n");
        process.Log.Add($"Traceback (most recent call last):\n{string.Concat(traceback)}{exceptionType}: {problem.Message}\n\n");
        Message("execution_error", Py.Dict(
            ("prompt_id", item.Id),
            ("node_id", real),
            ("node_type", graph.ClassType(real)),
            ("executed", Executed()),
            ("exception_message", problem.Message + "\n"),
            ("exception_type", exceptionType),
            ("traceback", traceback),
            ("current_inputs", inputs),
            ("current_outputs", new PyList(item.Prompt.Keys))));
    }

    private void FailWithCycle(string id) => Message("execution_error", Py.Dict(
        ("prompt_id", item.Id),
        ("node_id", id),
        ("node_type", graph.ClassType(id)),
        ("executed", Executed()),
        ("exception_message", "Dependency cycle detected"),
        ("exception_type", "graph.DependencyCycleError"),
        ("traceback", new PyList()),
        ("current_inputs", new PyList()),
        ("current_outputs", new PyList(item.Prompt.Keys))));

    private void Message(string type, PyDict data, bool toAll = false)
    {
        data["timestamp"] = EventSender.Timestamp;
        messages.Add(new PyList { type, data });
        if (toAll)
        {
            events.ToOwnerOrAll(type, data);
        }
        else
        {
            events.ToOwner(type, data);
        }
    }

    // A copy: frames and history must not see what happens later.
    private PyList Executed() => [.. executed];

    private PyDict Executed(string id, PyDict? output) => Py.Dict(
        ("node", id),
        ("display_node", graph.RealId(id)),
        ("output", output),
        ("prompt_id", item.Id));

    private PyDict Meta(string id) => Py.Dict(
        ("node_id", id),
        ("display_node", graph.RealId(id)),
        ("parent_node", graph.Parent(id)),
        ("real_node_id", graph.RealId(id)));

    private PyDict HistoryEntry()
    {
        var outputs = new PyDict();
        var meta = new PyDict();
        foreach (var id in executed.OfType<string>().Concat(graph.AllIds()).Distinct().ToArray())
        {
            if (process.Cache.Get(signatures.Of(id)) is { Ui.Count: > 0 } node)
            {
                outputs[id] = node.Ui;
                meta[id] = node.Meta;
            }
        }

        return Py.Dict(
            ("prompt", item.ToHistoryJson()),
            ("outputs", outputs),
            ("status", Py.Dict(("status_str", success ? "success" : "error"), ("completed", success), ("messages", messages))),
            ("meta", meta));
    }
}
