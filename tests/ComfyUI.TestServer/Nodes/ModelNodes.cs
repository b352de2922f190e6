using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>
/// The classic text-to-image nodes, without any model: the picture is noise that follows from seed, model, texts and settings,
/// so that equal inputs give equal files and different ones do not.
/// </summary>
internal static class ModelNodes
{
    public static void AddTo(Dictionary<string, NodeBehaviour> nodes)
    {
        nodes["CheckpointLoaderSimple"] = (Func<NodeCall, NodeResult>)(call =>
        {
            var name = call.Text("ckpt_name");
            return new(new Model(name), new Clip(name), new Vae(name));
        });
        nodes["LoraLoader"] = (Func<NodeCall, NodeResult>)(call => new(
            new Model($"{call.Get<Model>("model").Name}+{call.Text("lora_name")}*{call.Text("strength_model")}"),
            new Clip($"{call.Get<Clip>("clip").Name}+{call.Text("lora_name")}*{call.Text("strength_clip")}")));
        nodes["CLIPTextEncode"] = (Func<NodeCall, NodeResult>)(call =>
            new(new Conditioning(call.Get<Clip>("clip").Name + ":" + call.Text("text"))));
        nodes["EmptyLatentImage"] = (Func<NodeCall, NodeResult>)(call =>
            new(new Latent(call.Int("width"), call.Int("height"), call.Int("batch_size"), "empty")));
        nodes["KSampler"] = new NodeBehaviour(SampleAsync);
        nodes["VAEDecode"] = (Func<NodeCall, NodeResult>)Decode;
    }

    private static async ValueTask<NodeResult> SampleAsync(NodeCall call)
    {
        var latent = call.Get<Latent>("latent_image");
        var recipe = string.Join('|', call.Get<Model>("model").Name, call.Text("seed"), call.Text("steps"), call.Text("cfg"),
            call.Text("sampler_name"), call.Text("scheduler"), call.Get<Conditioning>("positive").Text,
            call.Get<Conditioning>("negative").Text, latent.Recipe, call.Text("denoise"));
        var steps = call.Int("steps");
        for (var step = 1; step <= steps; step++)
        {
            await call.WaitAsync(call.Options.SamplerStepTime);
            call.Progress(step, steps, null);
        }

        return new NodeResult(latent with { Recipe = recipe });
    }

    private static NodeResult Decode(NodeCall call)
    {
        var latent = call.Get<Latent>("samples");
        _ = call.Get<Vae>("vae");
        // The latent grid is an eighth of the picture.
        int width = latent.Width / 8 * 8, height = latent.Height / 8 * 8;
        return new NodeResult(new ImageBatch([.. Enumerable.Range(0, latent.Count).Select(i => Noise($"{latent.Recipe}#{i}", width, height))]));
    }

    private static PixelImage Noise(string recipe, int width, int height)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(recipe));
        var blocks = new PixelImage(Math.Max(1, width / 8), Math.Max(1, height / 8), 3);
        var state = BitConverter.ToUInt64(hash) | 1;
        for (var i = 0; i < blocks.Data.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            blocks.Data[i] = (byte)(BitOperations.RotateLeft(state, 24) ^ hash[i % hash.Length]);
        }

        return Resampler.Resize(blocks, width, height, "nearest-exact");
    }

    private sealed record Model(string Name);

    private sealed record Clip(string Name);

    private sealed record Vae(string Name);

    private sealed record Conditioning(string Text);

    private sealed record Latent(int Width, int Height, int Count, string Recipe);
}
