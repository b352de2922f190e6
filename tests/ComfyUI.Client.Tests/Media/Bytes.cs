using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace ComfyUI.Client.Tests.Media;

/// <summary>Small pieces from which the tests put media files together.</summary>
internal static class Bytes
{
    internal static byte[] Join(params byte[][] parts) => parts.SelectMany(part => part).ToArray();

    internal static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal static byte[] Big16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    internal static byte[] Big32(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    internal static byte[] Big64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    internal static byte[] Little32(long value) => Big32(value).Reverse().ToArray();

    internal static byte[] Little64(ulong value) => Big64(value).Reverse().ToArray();

    internal static byte[] SevenBits(int value)
        => [(byte)(value >> 21 & 0x7F), (byte)(value >> 14 & 0x7F), (byte)(value >> 7 & 0x7F), (byte)(value & 0x7F)];

    internal static byte[] Zlib(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var packer = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            packer.Write(bytes);
        }

        return output.ToArray();
    }
}
