using System;

namespace ComfyUI.TestServer;

/// <summary>Changes a picture's size. Nearest and area are what they say; the smooth methods are all bilinear.</summary>
internal static class Resampler
{
    public static PixelImage Resize(PixelImage source, int width, int height, string method)
    {
        if (width == source.Width && height == source.Height)
        {
            return source;
        }

        return method switch
        {
            "nearest-exact" => Nearest(source, width, height),
            "area" when width <= source.Width && height <= source.Height => Area(source, width, height),
            _ => Bilinear(source, width, height),
        };
    }

    /// <summary>Scales up or down so that the longer side has the given length, as the server does with previews.</summary>
    public static PixelImage FitLongSide(PixelImage source, int side)
    {
        var scale = (double)side / Math.Max(source.Width, source.Height);
        return Nearest(source, Math.Max(1, (int)(source.Width * scale)), Math.Max(1, (int)(source.Height * scale)));
    }

    private static PixelImage Nearest(PixelImage source, int width, int height)
    {
        var result = new PixelImage(width, height, source.Channels);
        var channels = source.Channels;
        var columns = new int[width];
        for (var x = 0; x < width; x++)
        {
            columns[x] = Math.Min(source.Width - 1, (int)((x + 0.5) * source.Width / width)) * channels;
        }

        var at = 0;
        for (var y = 0; y < height; y++)
        {
            var row = Math.Min(source.Height - 1, (int)((y + 0.5) * source.Height / height)) * source.Width * channels;
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    result.Data[at++] = source.Data[row + columns[x] + c];
                }
            }
        }

        return result;
    }

    private static PixelImage Bilinear(PixelImage source, int width, int height)
    {
        var result = new PixelImage(width, height, source.Channels);
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, down) = Between(y, height, source.Height);
            for (var x = 0; x < width; x++)
            {
                var (left, right, across) = Between(x, width, source.Width);
                for (var c = 0; c < source.Channels; c++)
                {
                    var above = Mix(source.Sample(left, top, c), source.Sample(right, top, c), across);
                    var below = Mix(source.Sample(left, bottom, c), source.Sample(right, bottom, c), across);
                    result.Data[at++] = (byte)Math.Clamp(Math.Round(Mix(above, below, down)), 0, 255);
                }
            }
        }

        return result;
    }

    private static PixelImage Area(PixelImage source, int width, int height)
    {
        var result = new PixelImage(width, height, source.Channels);
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            var (top, bottom) = (y * source.Height / height, Math.Max((y * source.Height / height) + 1, (y + 1) * source.Height / height));
            for (var x = 0; x < width; x++)
            {
                var (left, right) = (x * source.Width / width, Math.Max((x * source.Width / width) + 1, (x + 1) * source.Width / width));
                for (var c = 0; c < source.Channels; c++)
                {
                    var sum = 0;
                    for (var sy = top; sy < bottom; sy++)
                    {
                        for (var sx = left; sx < right; sx++)
                        {
                            sum += source.Sample(sx, sy, c);
                        }
                    }

                    result.Data[at++] = (byte)(sum / ((bottom - top) * (right - left)));
                }
            }
        }

        return result;
    }

    private static (int Low, int High, double Share) Between(int at, int size, int sourceSize)
    {
        var place = Math.Max(0, ((at + 0.5) * sourceSize / size) - 0.5);
        var low = Math.Min(sourceSize - 1, (int)place);
        return (low, Math.Min(sourceSize - 1, low + 1), place - low);
    }

    private static double Mix(double from, double to, double share) => from + ((to - from) * share);
}
