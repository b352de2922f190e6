using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// PNG and APNG. ComfyUI's SaveImage writes <c>tEXt</c> chunks, SaveAnimatedPNG chunks of its own, <c>comf</c>, after the frames;
/// Pillow's users may get <c>zTXt</c> and <c>iTXt</c>. Checksums are ignored, as ComfyUI's own frontend does.
/// </summary>
internal sealed class PngFormat : MediaFormat
{
    private const int HeaderBytes = 8;
    private const int ChecksumBytes = 4;
    private const uint LargestLength = int.MaxValue;

    internal override string Name => "PNG";

    internal override string LookedFor => "tEXt, zTXt, iTXt or comf chunks named 'prompt' or 'workflow', EXIF";

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        long offset = Signature.Length;
        string type = string.Empty;
        while (type != "IEND" && !texts.IsDone)
        {
            if (offset == reader.Length)
            {
                throw MediaErrors.EndsEarly("its last chunk, IEND");
            }

            byte[] header = await reader.ReadAsync(offset, HeaderBytes).ConfigureAwait(false);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (length > LargestLength)
            {
                throw MediaErrors.Invalid($"the chunk at byte {offset} has the length {length}");
            }

            type = MediaText.Latin1(header.AsMemory(4));
            long start = offset + HeaderBytes;
            long end = MediaReader.EndOf(start, length, reader.Length);
            if (type is "tEXt" or "zTXt" or "iTXt" or "comf" or "eXIf")
            {
                await ReadTextAsync(reader, type, start, length, texts).ConfigureAwait(false);
            }

            offset = type == "IEND" ? end : MediaReader.EndOf(end, ChecksumBytes, reader.Length);
        }
    }

    private static async Task ReadTextAsync(MediaReader reader, string type, long start, long length, EmbeddedTexts texts)
    {
        try
        {
            byte[] data = await reader.ReadAsync(start, length).ConfigureAwait(false);
            if (type == "eXIf")
            {
                ExifBlock.Read(data, texts);
            }
            else
            {
                OfferText(type, new ByteCursor(data), texts);
            }
        }
        catch (ComfyUIValidationException failure)
        {
            // The other graph is in a chunk of its own.
            texts.Fail(failure);
        }
    }

    private static void OfferText(string type, ByteCursor data, EmbeddedTexts texts)
    {
        string key = MediaText.Latin1(data.TakeToZero());
        if (!EmbeddedTexts.IsWanted(key))
        {
            return;
        }

        bool packed = type == "zTXt";
        if (type == "iTXt")
        {
            packed = data.ReadByte() != 0;
        }

        if (type is "zTXt" or "iTXt")
        {
            const byte Zlib = 0;
            if (data.ReadByte() != Zlib && packed)
            {
                throw MediaErrors.Invalid($"the text '{key}' is packed in an unknown way");
            }
        }

        if (type == "iTXt")
        {
            // Its language and its name in that language.
            data.TakeToZero();
            data.TakeToZero();
        }

        ReadOnlyMemory<byte> value = data.TakeRest();
        texts.Offer(key, MediaText.Decode(packed ? MediaText.Inflate(value, key) : value));
    }
}
