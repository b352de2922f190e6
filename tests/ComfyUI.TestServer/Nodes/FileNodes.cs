using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

namespace ComfyUI.TestServer;

/// <summary>Nodes that read and write picture files.</summary>
internal static class FileNodes
{
    public static void AddTo(Dictionary<string, NodeBehaviour> nodes)
    {
        nodes["SaveImage"] = (Func<NodeCall, NodeResult>)(call => Save(call, call.Text("filename_prefix"), "output"));
        nodes["PreviewImage"] = (Func<NodeCall, NodeResult>)(call => Save(call, "ComfyUI" + call.Files.TempSuffix(call.NodeId), "temp"));
        nodes["SaveImageWebsocket"] = (Func<NodeCall, NodeResult>)SaveToSocket;
        nodes["LoadImage"] = Loader(Load);
        nodes["LoadImageMask"] = Loader(LoadMask);
    }

    private static NodeBehaviour Loader(Func<NodeCall, NodeResult> run) => ((NodeBehaviour)run) with
    {
        ValidatedInput = "image",
        Fingerprint = (files, inputs) => files.Resolve(Py.Str(inputs.GetValueOrDefault("image"))) is { } path && File.Exists(path)
            ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))
            : null,
        Validate = (files, inputs) =>
        {
            var name = Py.Str(inputs.GetValueOrDefault("image"));
            return files.Resolve(name) is { } path && File.Exists(path) ? null : ("image", "Invalid image file: " + name);
        },
    };

    private static NodeResult Save(NodeCall call, string prefix, string type)
    {
        var batch = call.Get<ImageBatch>("images");
        var target = call.Files.NextSavePath(prefix, type, batch.Width, batch.Height);
        var texts = call.Metadata().Select(p => KeyValuePair.Create(p.Key, PyJsonWriter.Write(p.Value))).ToArray();
        var saved = new PyList();
        for (var i = 0; i < batch.Images.Count; i++)
        {
            var name = $"{target.Name.Replace("%batch_num%", $"{i}", StringComparison.Ordinal)}_{target.Counter + i:00000}_.png";
            File.WriteAllBytes(Path.Combine(target.Folder, name), PngEncoder.Encode(batch.Images[i], texts));
            saved.Add(Py.Dict(("filename", name), ("subfolder", target.Subfolder), ("type", type)));
        }

        return new NodeResult { Ui = Py.Dict(("images", saved)) };
    }

    private static NodeResult SaveToSocket(NodeCall call)
    {
        var batch = call.Get<ImageBatch>("images");
        for (var i = 0; i < batch.Images.Count; i++)
        {
            call.Progress(i, batch.Images.Count, new NodePreview(batch.Images[i], Png: true, FullSize: true));
        }

        return new NodeResult();
    }

    private static NodeResult Load(NodeCall call)
    {
        var image = Read(call);
        var mask = image.Channels == 4 ? image.Channel(3).Inverted() : new PixelImage(64, 64, 1);
        return new NodeResult(new ImageBatch([image.WithChannels(3)]), new MaskBatch([mask]));
    }

    private static NodeResult LoadMask(NodeCall call)
    {
        var image = Read(call);
        var channel = call.Text("channel") switch { "red" => 0, "green" => 1, "blue" => 2, _ => 3 };
        if (channel == 3 && image.Channels < 4)
        {
            return new NodeResult(new MaskBatch([new PixelImage(64, 64, 1)]));
        }

        var mask = image.Channel(channel);
        return new NodeResult(new MaskBatch([channel == 3 ? mask.Inverted() : mask]));
    }

    private static PixelImage Read(NodeCall call)
    {
        var path = call.Files.Resolve(call.Text("image"));
        if (path is null || !File.Exists(path))
        {
            throw new PyException("FileNotFoundError", $"[Errno 2] No such file or directory: {Py.Repr(path ?? "")}");
        }

        return PngDecoder.TryDecode(File.ReadAllBytes(path))?.Image
            ?? throw new PyException("PIL.UnidentifiedImageError", $"cannot identify image file {Py.Repr(path)}");
    }
}
