using System;
using System.Collections.Generic;
using System.Numerics;

namespace ComfyUI.TestServer;

/// <summary>Nodes about plain values and text.</summary>
internal static class ValueNodes
{
    public static void AddTo(Dictionary<string, NodeBehaviour> nodes)
    {
        foreach (var name in new[] { "PrimitiveInt", "PrimitiveFloat", "PrimitiveString", "PrimitiveStringMultiline", "PrimitiveBoolean" })
        {
            nodes[name] = (Func<NodeCall, NodeResult>)(call => new(call.Inputs["value"]));
        }

        nodes["PreviewAny"] = (Func<NodeCall, NodeResult>)(call => new()
        {
            Ui = Py.Dict(("text", new PyList { Show(call.Inputs["source"]) })),
        });
        nodes["KSamplerSelect"] = (Func<NodeCall, NodeResult>)(call => new(new Sampler(call.Text("sampler_name"))));
    }

    private static string Show(object? value) => value switch
    {
        string text => text,
        bool or long or BigInteger or double => Py.Str(value),
        null => "None",
        PyDict or PyList => PyJsonWriter.Write(value),
        _ => value.ToString() ?? "",
    };

    /// <summary>What KSamplerSelect hands on.</summary>
    private sealed record Sampler(string Name);
}
