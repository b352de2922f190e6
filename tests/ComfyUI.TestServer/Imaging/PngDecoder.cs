using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>A PNG's pixels and its text chunks.</summary>
internal sealed record PngFile(PixelImage Image, IReadOnlyList<KeyValuePair<string, string>> Texts);

/// <summary>Reads 8-bit, non-interlaced PNG files: gray, gray with alpha, RGB, RGBA and palette with transparency.</summary>
internal static class PngDecoder
{
    /// <summary>Reads a file; what is no PNG of these kinds gives null, as "cannot identify image file" would.</summary>
    public static PngFile? TryDecode(byte[] file)
    {
        try
        {
            return Decode(file);
        }
        catch (Exception problem) when (problem is InvalidDataException or ArgumentException or IndexOutOfRangeException or EndOfStreamException or OverflowException)
        {
            return null;
        }
    }

    private static PngFile? Decode(byte[] file)
    {
        if (file.Length < 33 || file[0] != 0x89 || file[1] != 'P' || file[2] != 'N' || file[3] != 'G')
        {
            return null;
        }

        int width = 0, height = 0, kind = 0;
        byte[] palette = [], transparency = [];
        var texts = new List<KeyValuePair<string, string>>();
        using var packed = new MemoryStream();
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            at += 12 + length;
            switch (type)
            {
                case "IHDR":
                    (width, height, kind) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), data[9]);
                    if (data[8] != 8 || data[12] != 0)
                    {
                        return null;
                    }

                    break;
                case "PLTE": palette = data.ToArray(); break;
                case "tRNS": transparency = data.ToArray(); break;
                case "IDAT": packed.Write(data); break;
                case "tEXt":
                    var zero = data.IndexOf((byte)0);
                    texts.Add(new(Encoding.Latin1.GetString(data[..zero]), Encoding.Latin1.GetString(data[(zero + 1)..])));
                    break;
            }
        }

        var samples = kind switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (samples == 0 || width <= 0 || height <= 0)
        {
            return null;
        }

        packed.Position = 0;
        var raw = Unfilter(packed, width * samples, height, samples);
        return new PngFile(Arrange(raw, width, height, kind, palette, transparency), texts);
    }

    private static byte[] Unfilter(Stream packed, int stride, int height, int step)
    {
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[checked(stride * height)];
        var before = new byte[stride];
        var filter = new byte[1];
        for (var y = 0; y < height; y++)
        {
            var row = pixels.AsSpan(y * stride, stride);
            zlib.ReadExactly(filter);
            zlib.ReadExactly(row);
            for (var i = 0; i < stride; i++)
            {
                int left = i >= step ? row[i - step] : 0, up = before[i], corner = i >= step ? before[i - step] : 0;
                row[i] += filter[0] switch
                {
                    0 => 0,
                    1 => (byte)left,
                    2 => (byte)up,
                    3 => (byte)((left + up) / 2),
                    4 => (byte)Paeth(left, up, corner),
                    _ => throw new InvalidDataException("unknown filter"),
                };
            }

            row.CopyTo(before);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        int toLeft = Math.Abs(guess - left), toUp = Math.Abs(guess - up), toCorner = Math.Abs(guess - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static PixelImage Arrange(byte[] raw, int width, int height, int kind, byte[] palette, byte[] transparency)
    {
        if (kind is 2 or 6)
        {
            return new PixelImage(width, height, kind == 2 ? 3 : 4, raw);
        }

        var withAlpha = kind == 4 || (kind == 3 && transparency.Length > 0);
        var image = new PixelImage(width, height, withAlpha ? 4 : 3);
        var at = 0;
        for (var i = 0; i < width * height; i++)
        {
            var value = raw[kind == 4 ? i * 2 : i];
            for (var c = 0; c < 3; c++)
            {
                image.Data[at++] = kind == 3 ? palette[(value * 3) + c] : value;
            }

            if (withAlpha)
            {
                image.Data[at++] = kind == 4 ? raw[(i * 2) + 1] : value < transparency.Length ? transparency[value] : (byte)255;
            }
        }

        return image;
    }
}
