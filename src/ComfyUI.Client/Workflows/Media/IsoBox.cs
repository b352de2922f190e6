using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>One box of an ISO base media file (MP4, MOV, AVIF): its four-character type and where its content is.</summary>
internal readonly record struct IsoBox(uint Code, long Start, long End)
{
    /// <summary>No box is shorter than its length and type.</summary>
    internal const int HeaderBytes = 8;

    internal long Length => End - Start;

    /// <summary>Reads the box at an offset; null when what contains it has no room for another.</summary>
    /// <exception cref="ComfyUIValidationException">The box is longer than what contains it, or shorter than its own header.</exception>
    internal static async Task<IsoBox?> ReadAsync(MediaReader reader, long offset, long limit)
    {
        const int ToTheEnd = 0;
        const int LongLength = 1;
        if (limit - offset < HeaderBytes)
        {
            return null;
        }

        byte[] header = await reader.ReadAsync(offset, HeaderBytes).ConfigureAwait(false);
        long length = BinaryPrimitives.ReadUInt32BigEndian(header);
        long start = offset + HeaderBytes;
        if (length == LongLength)
        {
            byte[] large = await reader.ReadAsync(start, sizeof(ulong)).ConfigureAwait(false);
            length = MediaReader.ToLength(BinaryPrimitives.ReadUInt64BigEndian(large));
            start += sizeof(ulong);
        }
        else if (length == ToTheEnd)
        {
            length = limit - offset;
        }

        long end = MediaReader.EndOf(offset, length, limit);
        return end >= start
            ? new IsoBox(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), start, end)
            : throw MediaErrors.Invalid($"the box at byte {offset} has the length {length}");
    }

    /// <summary>Whether the box is of a type, given as four Latin-1 characters.</summary>
    internal bool Is(string type) => Code == (((uint)type[0] << 24) | ((uint)type[1] << 16) | ((uint)type[2] << 8) | type[3]);
}
