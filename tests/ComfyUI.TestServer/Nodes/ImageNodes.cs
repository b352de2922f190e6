using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.TestServer;

/// <summary>Nodes that make and change pictures.</summary>
internal static class ImageNodes
{
    public static void AddTo(Dictionary<string, NodeBehaviour> nodes)
    {
        nodes["EmptyImage"] = (Func<NodeCall, NodeResult>)Empty;
        nodes["ImageInvert"] = (Func<NodeCall, NodeResult>)(call => new(call.Get<ImageBatch>("image").Map(i => i.Inverted())));
        nodes["ImageScale"] = (Func<NodeCall, NodeResult>)Scale;
        nodes["ImageScaleBy"] = (Func<NodeCall, NodeResult>)ScaleBy;
        nodes["ImageBatch"] = (Func<NodeCall, NodeResult>)Batch;
        nodes["RepeatImageBatch"] = (Func<NodeCall, NodeResult>)Repeat;
        nodes["SolidMask"] = (Func<NodeCall, NodeResult>)SolidMask;
    }

    private static NodeResult Empty(NodeCall call)
    {
        var color = call.Int("color");
        var image = PixelImage.Filled(call.Int("width"), call.Int("height"), (byte)(color >> 16), (byte)(color >> 8), (byte)color);
        return new NodeResult(new ImageBatch([.. Enumerable.Repeat(image, call.Int("batch_size"))]));
    }

    private static NodeResult Scale(NodeCall call)
    {
        var batch = call.Get<ImageBatch>("image");
        int width = call.Int("width"), height = call.Int("height");
        if (width == 0 && height == 0)
        {
            return new NodeResult(batch);
        }

        // A zero side follows from the other one.
        width = width == 0 ? Math.Max(1, (int)Math.Round((double)batch.Width * height / batch.Height)) : width;
        height = height == 0 ? Math.Max(1, (int)Math.Round((double)batch.Height * width / batch.Width)) : height;
        var method = call.Text("upscale_method");
        var crop = call.Text("crop") == "center";
        return new NodeResult(batch.Map(i => Resampler.Resize(crop ? CropToShape(i, width, height) : i, width, height, method)));
    }

    private static NodeResult ScaleBy(NodeCall call)
    {
        var batch = call.Get<ImageBatch>("image");
        var factor = call.Float("scale_by");
        int width = Math.Max(1, (int)Math.Round(batch.Width * factor)), height = Math.Max(1, (int)Math.Round(batch.Height * factor));
        return new NodeResult(batch.Map(i => Resampler.Resize(i, width, height, call.Text("upscale_method"))));
    }

    private static NodeResult Batch(NodeCall call)
    {
        ImageBatch first = call.Get<ImageBatch>("image1"), second = call.Get<ImageBatch>("image2");
        var fitted = second.Map(i => Resampler.Resize(CropToShape(i, first.Width, first.Height), first.Width, first.Height, "bilinear"));
        var channels = Math.Max(first.Images[0].Channels, second.Images[0].Channels);
        return new NodeResult(new ImageBatch([.. first.Images.Concat(fitted.Images).Select(i => i.WithChannels(channels))]));
    }

    private static NodeResult Repeat(NodeCall call)
    {
        var batch = call.Get<ImageBatch>("image");
        return new NodeResult(new ImageBatch([.. Enumerable.Repeat(batch.Images, call.Int("amount")).SelectMany(i => i)]));
    }

    private static NodeResult SolidMask(NodeCall call)
    {
        var mask = new PixelImage(call.Int("width"), call.Int("height"), 1);
        Array.Fill(mask.Data, (byte)Math.Round(call.Float("value") * 255));
        return new NodeResult(new MaskBatch([mask]));
    }

    // Cuts the longer side so that the rest has the wanted shape.
    private static PixelImage CropToShape(PixelImage image, int width, int height)
    {
        double have = (double)image.Width / image.Height, want = (double)width / height;
        int x = 0, y = 0;
        if (have > want)
        {
            x = (int)Math.Round((image.Width - (image.Width * (want / have))) / 2);
        }
        else if (have < want)
        {
            y = (int)Math.Round((image.Height - (image.Height * (have / want))) / 2);
        }

        return image.Crop(x, y, Math.Max(1, image.Width - (2 * x)), Math.Max(1, image.Height - (2 * y)));
    }
}
