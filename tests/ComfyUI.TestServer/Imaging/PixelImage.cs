using System;

namespace ComfyUI.TestServer;

/// <summary>One picture of 8-bit samples: 1 (mask), 3 (RGB) or 4 (RGBA) channels, rows top to bottom.</summary>
internal sealed class PixelImage
{
    public PixelImage(int width, int height, int channels, byte[]? data = null)
    {
        Width = width;
        Height = height;
        Channels = channels;
        Data = data ?? new byte[checked(width * height * channels)];
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    public byte[] Data { get; }

    /// <summary>A picture of one colour.</summary>
    public static PixelImage Filled(int width, int height, byte red, byte green, byte blue)
    {
        var image = new PixelImage(width, height, 3);
        var data = image.Data;
        if (red == green && green == blue)
        {
            Array.Fill(data, red);
            return image;
        }

        for (var i = 0; i < data.Length; i += 3)
        {
            data[i] = red;
            data[i + 1] = green;
            data[i + 2] = blue;
        }

        return image;
    }

    /// <summary>The sample at a place; a missing alpha counts as opaque, a mask serves all colours.</summary>
    public byte Sample(int x, int y, int channel)
    {
        if (channel >= Channels)
        {
            if (channel == 3)
            {
                return 255;
            }

            channel = 0;
        }

        return Data[(((y * Width) + x) * Channels) + channel];
    }

    /// <summary>The same picture with the given number of channels.</summary>
    public PixelImage WithChannels(int channels)
    {
        if (channels == Channels)
        {
            return this;
        }

        var result = new PixelImage(Width, Height, channels);
        var at = 0;
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    result.Data[at++] = Sample(x, y, c);
                }
            }
        }

        return result;
    }

    /// <summary>One channel as a mask.</summary>
    public PixelImage Channel(int channel)
    {
        var result = new PixelImage(Width, Height, 1);
        for (var i = 0; i < result.Data.Length; i++)
        {
            result.Data[i] = Sample(i % Width, i / Width, channel);
        }

        return result;
    }

    /// <summary>Every sample s becomes 255 - s.</summary>
    public PixelImage Inverted()
    {
        var data = new byte[Data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(255 - Data[i]);
        }

        return new PixelImage(Width, Height, Channels, data);
    }

    /// <summary>A rectangle out of the middle or anywhere else.</summary>
    public PixelImage Crop(int left, int top, int width, int height)
    {
        var result = new PixelImage(width, height, Channels);
        for (var y = 0; y < height; y++)
        {
            Array.Copy(Data, (((top + y) * Width) + left) * Channels, result.Data, y * width * Channels, width * Channels);
        }

        return result;
    }
}
