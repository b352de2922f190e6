using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>The node classes of one server: object_info and what stands behind it.</summary>
internal sealed class NodeCatalogue
{
    private readonly ServerFiles files;
    private readonly TestServerOptions options;
    private readonly OrderedDictionary<string, NodeType> types = [];

    public NodeCatalogue(ServerFiles files, TestServerOptions options)
    {
        this.files = files;
        this.options = options;
        var behaviours = new Dictionary<string, NodeBehaviour>();
        ImageNodes.AddTo(behaviours);
        FileNodes.AddTo(behaviours);
        ValueNodes.AddTo(behaviours);
        RecordingNodes.AddTo(behaviours);
        ModelNodes.AddTo(behaviours);
        using var stream = typeof(NodeCatalogue).Assembly.GetManifestResourceStream("object-info.json")
            ?? throw new InvalidOperationException("object-info.json is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        foreach (var (name, info) in (PyDict)PyJsonReader.Parse(reader.ReadToEnd())!)
        {
            types[name] = MakeType(name, (PyDict)info!, behaviours[name]);
        }
    }

    public NodeType? Find(string className) => types.GetValueOrDefault(className);

    /// <summary>object_info, with the combos that list files as they are now.</summary>
    public PyDict ObjectInfo()
    {
        var all = new PyDict();
        foreach (var type in types.Values)
        {
            all[type.Name] = Refresh(type).Info;
        }

        return all;
    }

    /// <summary>One class, or an empty object.</summary>
    public PyDict ObjectInfo(string className) =>
        Find(className) is { } type ? Py.Dict((className, Refresh(type).Info)) : [];

    /// <summary>The inputs with their present choices.</summary>
    public IReadOnlyList<InputSpec> Inputs(NodeType type) => Refresh(type).Inputs;

    private (PyDict Info, IReadOnlyList<InputSpec> Inputs) Refresh(NodeType type)
    {
        var (input, choices) = type.Name switch
        {
            "LoadImage" or "LoadImageMask" => ("image", files.InputImages()),
            "CheckpointLoaderSimple" => ("ckpt_name", new PyList(options.Checkpoints)),
            "LoraLoader" => ("lora_name", new PyList(options.Loras)),
            _ => ("", null!),
        };
        if (choices is null)
        {
            return (type.Info, type.Inputs);
        }

        var info = new PyDict(type.Info);
        var sections = new PyDict((PyDict)info["input"]!);
        var required = new PyDict((PyDict)sections["required"]!);
        required[input] = new PyList((PyList)required[input]!) { [0] = choices };
        sections["required"] = required;
        info["input"] = sections;
        return (info, [.. type.Inputs.Select(i => i.Name == input ? i with { Type = choices } : i)]);
    }

    private static NodeType MakeType(string name, PyDict info, NodeBehaviour behaviour)
    {
        var inputs = new List<InputSpec>();
        foreach (var section in new[] { "required", "optional" })
        {
            foreach (var (input, spec) in ((PyDict)info["input"]!).GetValueOrDefault(section) as PyDict ?? [])
            {
                var pair = (PyList)spec!;
                inputs.Add(new InputSpec(input, section == "required", pair[0], pair.ElementAtOrDefault(1) as PyDict ?? []));
            }
        }

        return new NodeType
        {
            Name = name,
            Info = info,
            Inputs = inputs,
            Outputs = (PyList)info["output"]!,
            IsOutput = info["output_node"] is true,
            Behaviour = behaviour,
        };
    }
}
