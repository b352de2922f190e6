using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Ogg with Opus, Vorbis or FLAC. The second packet of each stream is a Vorbis comment; a large one spans pages, whose headers then
/// stand inside the text.
/// </summary>
internal sealed class OggFormat : MediaFormat
{
    private const int PageHeaderBytes = 27;
    private const int SerialOffset = 14;
    private const int FullSegment = 255;
    private const int CommentPacket = 1;
    private const int MaxStreams = 16;

    internal override string Name => "Ogg/Opus";

    internal override string LookedFor => "Vorbis comments named 'prompt' or 'workflow'";

    private static ReadOnlySpan<byte> PageSignature => "OggS"u8;

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(PageSignature);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        var streams = new Dictionary<uint, LogicalStream>();
        long offset = 0;
        do
        {
            if (offset == reader.Length)
            {
                throw MediaErrors.EndsEarly("the end of its comments");
            }

            offset = await ReadPageAsync(reader, offset, streams, texts).ConfigureAwait(false);
        }
        while (!texts.IsDone && streams.Values.Any(stream => stream.Packet <= CommentPacket));
    }

    private static async Task<long> ReadPageAsync(MediaReader reader, long offset, Dictionary<uint, LogicalStream> streams, EmbeddedTexts texts)
    {
        byte[] header = await reader.ReadAsync(offset, PageHeaderBytes).ConfigureAwait(false);
        if (!header.AsSpan().StartsWith(PageSignature))
        {
            throw MediaErrors.Invalid($"there is no page at byte {offset}");
        }

        var cursor = new ByteCursor(header, littleEndian: true);
        cursor.Seek(SerialOffset);
        uint serial = cursor.ReadUInt32();
        if (!streams.TryGetValue(serial, out LogicalStream? stream))
        {
            if (streams.Count == MaxStreams)
            {
                throw MediaErrors.Invalid("it has too many streams");
            }

            streams[serial] = stream = new LogicalStream();
        }

        byte[] segments = await reader.ReadAsync(offset + PageHeaderBytes, header[PageHeaderBytes - 1]).ConfigureAwait(false);
        long position = offset + PageHeaderBytes + segments.Length;
        foreach (byte length in segments)
        {
            if (stream.Packet == CommentPacket)
            {
                stream.Append(await reader.ReadAsync(position, length).ConfigureAwait(false));
            }

            position = MediaReader.EndOf(position, length, reader.Length);
            if (length < FullSegment)
            {
                if (stream.Packet == CommentPacket)
                {
                    ReadComments(stream.TakePacket(), texts);
                }

                stream.Packet++;
            }
        }

        return position;
    }

    private static void ReadComments(ReadOnlyMemory<byte> packet, EmbeddedTexts texts)
    {
        const int FlacCommentBlock = 4;
        ReadOnlySpan<byte> start = packet.Span;
        int headerBytes = start.StartsWith("OpusTags"u8) ? 8
            : start.StartsWith("\u0003vorbis"u8) ? 7
            : start.StartsWith((ReadOnlySpan<byte>)[FlacCommentBlock]) || start.StartsWith((ReadOnlySpan<byte>)[FlacCommentBlock | 0x80]) ? FlacFormat.BlockHeaderBytes
            : -1;
        if (headerBytes >= 0 && packet.Length > headerBytes)
        {
            VorbisComment.Read(packet.Slice(headerBytes), texts);
        }
    }

    private sealed class LogicalStream
    {
        private MemoryStream packet = new();

        internal int Packet { get; set; }

        internal void Append(byte[] bytes)
        {
            if (packet.Length + bytes.Length > MediaReader.MaxValueBytes)
            {
                throw MediaErrors.TooLarge("The comment");
            }

            packet.Write(bytes, 0, bytes.Length);
        }

        internal byte[] TakePacket()
        {
            byte[] bytes = packet.ToArray();
            packet = new MemoryStream();
            return bytes;
        }
    }
}
