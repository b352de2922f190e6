using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>WebP: RIFF chunks, of which <c>EXIF</c>, before or after the picture, holds what SaveAnimatedWEBP wrote.</summary>
internal sealed class WebPFormat : MediaFormat
{
    private const int RiffHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;

    internal override string Name => "WebP";

    internal override string LookedFor => "an EXIF chunk with 'prompt:' or 'workflow:' texts";

    internal override bool Matches(ReadOnlySpan<byte> head)
        => head.Length >= RiffHeaderBytes && head.StartsWith("RIFF"u8) && head.Slice(8).StartsWith("WEBP"u8);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        long offset = RiffHeaderBytes;
        while (offset < reader.Length && !texts.IsDone)
        {
            byte[] header = await reader.ReadAsync(offset, ChunkHeaderBytes).ConfigureAwait(false);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            long start = offset + ChunkHeaderBytes;
            if (header.AsSpan().StartsWith("EXIF"u8))
            {
                // A cut file may still have one of the graphs.
                ExifBlock.Read(await reader.ReadUpToAsync(start, length).ConfigureAwait(false), texts);
            }

            offset = MediaReader.EndOf(start, length, reader.Length) + (length & 1);
        }
    }
}
