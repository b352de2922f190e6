using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>JPEG. ComfyUI itself saves none; node packs put the graphs into EXIF, in segments before the picture.</summary>
internal sealed class JpegFormat : MediaFormat
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte App1 = 0xE1;
    private const byte Fill = 0xFF;
    private const int MarkerBytes = 2;

    internal override string Name => "JPEG";

    internal override string LookedFor => "EXIF with 'prompt:' or 'workflow:' texts or a user comment";

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        long offset = MarkerBytes;
        while (!texts.IsDone)
        {
            byte[] header = await reader.ReadAsync(offset, MarkerBytes).ConfigureAwait(false);
            byte marker = header[1];
            if (header[0] != Fill || marker == 0)
            {
                throw MediaErrors.Invalid($"there is no segment at byte {offset}");
            }

            if (marker is StartOfScan or EndOfImage)
            {
                return;
            }

            if (marker == Fill)
            {
                offset++;
                continue;
            }

            long start = offset + MarkerBytes;
            ushort length = BinaryPrimitives.ReadUInt16BigEndian(await reader.ReadAsync(start, sizeof(ushort)).ConfigureAwait(false));
            if (length < sizeof(ushort))
            {
                throw MediaErrors.Invalid($"the segment at byte {offset} has the length {length}");
            }

            offset = MediaReader.EndOf(start, length, reader.Length);
            if (marker == App1)
            {
                byte[] data = await reader.ReadAsync(start + sizeof(ushort), length - sizeof(ushort)).ConfigureAwait(false);
                ReadApp1(data, texts);
            }
        }
    }

    private static void ReadApp1(byte[] data, EmbeddedTexts texts)
    {
        // XMP comes in the same kind of segment.
        if (data.AsSpan().StartsWith("Exif"u8))
        {
            ExifBlock.Read(data, texts);
        }
    }
}
