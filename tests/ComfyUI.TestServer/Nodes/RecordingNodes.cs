using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>The nodes that were made for the recordings, under the same names and with the same inputs.</summary>
internal static class RecordingNodes
{
    public static void AddTo(Dictionary<string, NodeBehaviour> nodes)
    {
        nodes["SleepProgress"] = new NodeBehaviour(call => SleepAsync(call, withPreview: true));
        nodes["AsyncSleep"] = new NodeBehaviour(call => SleepAsync(call, withPreview: false)) { IsAsync = true };
        nodes["RaiseError"] = (Func<NodeCall, NodeResult>)(call => throw new PyException("ValueError", call.Text("message")));
        nodes["TextOut"] = (Func<NodeCall, NodeResult>)(call => new(call.Text("text"))
        {
            Ui = Py.Dict(("text", new PyList { call.Text("text") })),
        });
        nodes["BigFile"] = (Func<NodeCall, NodeResult>)BigFile;
        nodes["ProgressText"] = (Func<NodeCall, NodeResult>)(call =>
        {
            call.SendText(call.Text("text"), Py.Truth(call.Inputs["targeted"]));
            return new(call.Text("text"));
        });
        nodes["NaNOut"] = (Func<NodeCall, NodeResult>)(call => new()
        {
            Ui = Py.Dict(("value", new PyList { Py.Float(call.Text("kind")) })),
        });
        nodes["AlwaysRun"] = ((NodeBehaviour)(Func<NodeCall, NodeResult>)(call => new(call.Get<ImageBatch>("image")))) with
        {
            Fingerprint = (_, _) => double.NaN,
        };
        nodes["BlockOut"] = (Func<NodeCall, NodeResult>)(call =>
            new(new ExecutionBlocker(call.Text("message") is { Length: > 0 } message ? message : null)));
        nodes["PackEcho"] = (Func<NodeCall, NodeResult>)(call => new(call.Inputs["any"]));
        nodes["ExpandSleep"] = (Func<NodeCall, NodeResult>)ExpandSleep;
        nodes["ExpandCycle"] = (Func<NodeCall, NodeResult>)ExpandCycle;
    }

    private static async ValueTask<NodeResult> SleepAsync(NodeCall call, bool withPreview)
    {
        var batch = call.Get<ImageBatch>("image");
        var steps = call.Int("steps");
        var step = TimeSpan.FromSeconds(call.Float("seconds") / steps);
        var preview = withPreview && Py.Truth(call.Inputs.GetValueOrDefault("preview", true))
            ? new NodePreview(batch.Images[0], Png: call.Inputs.GetValueOrDefault("format") is "PNG")
            : null;
        for (var i = 1; i <= steps; i++)
        {
            await call.WaitAsync(step);
            call.Progress(i, steps, preview);
        }

        return new NodeResult(batch);
    }

    // Bytes follow from the seed; 1 MiB is repeated, so that big files cost little.
    private static NodeResult BigFile(NodeCall call)
    {
        var block = new byte[1024 * 1024];
        var state = (uint)(Py.Big(call.Inputs["seed"]) & 0xFFFFFFFF) | 1;
        for (var i = 0; i < block.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            block[i] = (byte)(state >> 24);
        }

        var name = Path.GetFileName(call.Text("name"));
        using (var file = File.Create(Path.Combine(call.Files.Output, name)))
        {
            for (var i = call.Int("mib"); i > 0; i--)
            {
                call.Interruption.ThrowIfRequested();
                file.Write(block);
            }
        }

        var entry = Py.Dict(("filename", name), ("subfolder", ""), ("type", "output"));
        return new NodeResult { Ui = Py.Dict(("files", new PyList { entry })) };
    }

    // n sleeps one after the other, then a preview; as recorded, ids are "<id>.0.0.<n>".
    private static NodeResult ExpandSleep(NodeCall call)
    {
        var graph = new PyDict();
        // The value itself stands where a link would: the new nodes take what this node was given.
        object? image = call.Inputs["image"];
        var count = call.Int("n");
        for (var i = 1; i <= count; i++)
        {
            var id = Id(call, i);
            graph[id] = Node("SleepProgress", ("image", image), ("seconds", 0.2), ("steps", 2L), ("seed", (long)i), ("preview", false), ("format", "JPEG"));
            image = new PyList { id, 0L };
        }

        graph[Id(call, count + 1)] = Node("PreviewImage", ("images", image));
        return new NodeResult(image) { Expansion = graph };
    }

    private static NodeResult ExpandCycle(NodeCall call)
    {
        string first = Id(call, 1), second = Id(call, 2);
        var graph = Py.Dict(
            (first, Node("ImageInvert", ("image", new PyList { second, 0L }))),
            (second, Node("ImageInvert", ("image", new PyList { first, 0L }))));
        return new NodeResult(new PyList { first, 0L }) { Expansion = graph };
    }

    private static string Id(NodeCall call, int number) => string.Create(CultureInfo.InvariantCulture, $"{call.NodeId}.0.0.{number}");

    private static PyDict Node(string className, params ReadOnlySpan<(string, object?)> inputs) =>
        Py.Dict(("class_type", className), ("inputs", Py.Dict(inputs)));
}
