using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>Writes 8-bit PNG files; text chunks stand before the pixels, as in ComfyUI's own files.</summary>
internal static class PngEncoder
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static byte[] Encode(PixelImage image, IEnumerable<KeyValuePair<string, string>>? texts = null)
    {
        using var output = new MemoryStream(1024);
        output.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = 8;
        header[9] = image.Channels switch { 1 => 0, 3 => 2, _ => 6 };
        Chunk(output, "IHDR", header);
        foreach (var (key, value) in texts ?? [])
        {
            Chunk(output, "tEXt", Encoding.Latin1.GetBytes(key + "\0" + value));
        }

        Chunk(output, "IDAT", Compress(image));
        Chunk(output, "IEND", []);
        return output.ToArray();
    }

    private static byte[] Compress(PixelImage image)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var stride = image.Width * image.Channels;
            var row = new byte[stride + 1];
            for (var y = 0; y < image.Height; y++)
            {
                // Filter 2 (up) in all rows but the first: equal rows become zeros.
                row[0] = (byte)(y == 0 ? 0 : 2);
                var now = image.Data.AsSpan(y * stride, stride);
                if (y == 0)
                {
                    now.CopyTo(row.AsSpan(1));
                }
                else
                {
                    var above = image.Data.AsSpan((y - 1) * stride, stride);
                    for (var i = 0; i < stride; i++)
                    {
                        row[i + 1] = (byte)(now[i] - above[i]);
                    }
                }

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream output, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        var name = Encoding.ASCII.GetBytes(type);
        output.Write(name);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(name, data));
        output.Write(number);
    }
}
