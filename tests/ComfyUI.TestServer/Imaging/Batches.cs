using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>What an IMAGE link carries: pictures of one size.</summary>
internal sealed record ImageBatch(IReadOnlyList<PixelImage> Images)
{
    public int Width => Images[0].Width;

    public int Height => Images[0].Height;

    public ImageBatch Map(Func<PixelImage, PixelImage> change) => new(Images.Select(change).ToArray());

    /// <summary>As the server prints a tensor into an error's current_inputs: the first values only.</summary>
    public override string ToString() => TensorText.Of(Images[0]);
}

/// <summary>What a MASK link carries.</summary>
internal sealed record MaskBatch(IReadOnlyList<PixelImage> Masks)
{
    public override string ToString() => TensorText.Of(Masks[0]);
}

/// <summary>A shortened picture of a tensor, good enough for people who read an error.</summary>
internal static class TensorText
{
    public static string Of(PixelImage image)
    {
        var text = new StringBuilder("tensor([[[[");
        for (var x = 0; x < Math.Min(3, image.Width); x++)
        {
            text.Append(x == 0 ? "[" : ",\n          [");
            for (var c = 0; c < image.Channels; c++)
            {
                text.Append(c == 0 ? "" : ", ").Append((image.Sample(x, 0, c) / 255.0).ToString("0.0000", CultureInfo.InvariantCulture));
            }

            text.Append(']');
        }

        return text.Append(",\n          ...]]]])").ToString();
    }
}
