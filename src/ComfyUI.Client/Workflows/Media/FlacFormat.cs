using System;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>FLAC: blocks of metadata before the sound, one of them a Vorbis comment.</summary>
internal sealed class FlacFormat : MediaFormat
{
    internal const int BlockHeaderBytes = 4;

    private const int LastBlockFlag = 0x80;
    private const int CommentBlock = 4;

    internal override string Name => "FLAC";

    internal override string LookedFor => "Vorbis comments named 'prompt' or 'workflow'";

    internal static ReadOnlySpan<byte> Signature => "fLaC"u8;

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    internal override Task ReadAsync(MediaReader reader, EmbeddedTexts texts) => ReadBlocksAsync(reader, 0, texts);

    /// <summary>Reads the blocks of the FLAC stream that begins at an offset.</summary>
    internal static async Task ReadBlocksAsync(MediaReader reader, long offset, EmbeddedTexts texts)
    {
        offset += Signature.Length;
        bool last = false;
        while (!last && !texts.IsDone)
        {
            var header = new ByteCursor(await reader.ReadAsync(offset, BlockHeaderBytes).ConfigureAwait(false));
            byte type = header.ReadByte();
            long length = (long)header.ReadUnsigned(3);
            long start = offset + BlockHeaderBytes;
            if ((type & ~LastBlockFlag) == CommentBlock)
            {
                // A cut file may still have one of the graphs.
                VorbisComment.Read(await reader.ReadUpToAsync(start, length).ConfigureAwait(false), texts);
            }

            last = (type & LastBlockFlag) != 0;
            offset = MediaReader.EndOf(start, length, reader.Length);
        }
    }
}
