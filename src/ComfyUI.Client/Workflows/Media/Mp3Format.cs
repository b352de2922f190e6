using System;
using System.IO;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>MP3: an ID3v2 tag before the sound, with a <c>TXXX</c> frame for each text. A tag may also stand before FLAC.</summary>
internal sealed class Mp3Format : MediaFormat
{
    private const int TagHeaderBytes = 10;
    private const int UnsynchronisedTag = 0x80;
    private const int ExtendedHeader = 0x40;
    private const int UnsynchronisedFrame = 0x02;
    private const int FrameHasLength = 0x01;
    private const int PackedOrEncryptedV4 = 0x0C;
    private const int PackedOrEncryptedV3 = 0xC0;

    internal override string Name => "MP3";

    internal override string LookedFor => "ID3v2 TXXX frames named 'prompt' or 'workflow'";

    private static ReadOnlySpan<byte> TagSignature => "ID3"u8;

    internal override bool Matches(ReadOnlySpan<byte> head)
        => head.StartsWith(TagSignature) || (head.Length >= 2 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        byte[] header = await reader.ReadUpToAsync(0, TagHeaderBytes).ConfigureAwait(false);
        if (!header.AsSpan().StartsWith(TagSignature))
        {
            return;
        }

        var cursor = new ByteCursor(header);
        cursor.Take(TagSignature.Length);
        byte version = cursor.ReadByte();
        cursor.ReadByte();
        byte flags = cursor.ReadByte();
        long length = SevenBits(cursor.ReadUInt32());
        byte[] tag = await reader.ReadAsync(TagHeaderBytes, Math.Min(length, reader.Length - TagHeaderBytes)).ConfigureAwait(false);
        bool unsynchronised = (flags & UnsynchronisedTag) != 0 && version < 4;
        ReadFrames(unsynchronised ? Synchronise(tag) : tag, version, (flags & ExtendedHeader) != 0, texts);

        long end = MediaReader.EndOf(TagHeaderBytes, length, reader.Length);
        byte[] sound = await reader.ReadUpToAsync(end, FlacFormat.Signature.Length).ConfigureAwait(false);
        if (sound.AsSpan().SequenceEqual(FlacFormat.Signature) && !texts.IsDone)
        {
            await FlacFormat.ReadBlocksAsync(reader, end, texts).ConfigureAwait(false);
        }
    }

    private static void ReadFrames(byte[] tag, byte version, bool extended, EmbeddedTexts texts)
    {
        var cursor = new ByteCursor(tag);
        if (extended && version >= 3)
        {
            uint length = cursor.ReadUInt32();
            cursor.Take(version == 3 ? length : SevenBits(length) - sizeof(uint));
        }

        (int numberBytes, int flagBytes) = version == 2 ? (3, 0) : (4, 2);
        while (cursor.Remaining > (2 * numberBytes) + flagBytes && !texts.IsDone)
        {
            ReadOnlyMemory<byte> name = cursor.Take(numberBytes);
            if (name.Span[0] == 0)
            {
                // What is left is padding.
                return;
            }

            uint length = (uint)cursor.ReadUnsigned(numberBytes);
            ushort flags = (ushort)cursor.ReadUnsigned(flagBytes);
            ReadOnlyMemory<byte> frame = cursor.Take(version == 4 ? SevenBits(length) : length);
            if (name.Span.StartsWith("TXX"u8) && (flags & (version == 4 ? PackedOrEncryptedV4 : PackedOrEncryptedV3)) == 0)
            {
                OfferText(version == 4 ? Unwrap(frame, flags) : frame, texts);
            }
        }
    }

    private static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> frame, ushort flags)
    {
        if ((flags & FrameHasLength) != 0 && frame.Length >= sizeof(uint))
        {
            frame = frame.Slice(sizeof(uint));
        }

        return (flags & UnsynchronisedFrame) != 0 ? Synchronise(frame.ToArray()) : frame;
    }

    private static void OfferText(ReadOnlyMemory<byte> frame, EmbeddedTexts texts)
    {
        const int Utf16 = 1;
        const int Utf16BigEndian = 2;
        if (frame.IsEmpty)
        {
            return;
        }

        byte encoding = frame.Span[0];
        frame = frame.Slice(1);
        string text = encoding is Utf16 or Utf16BigEndian ? MediaText.Utf16(frame, encoding == Utf16BigEndian) : MediaText.Decode(frame);
        int separator = text.IndexOf("\0", StringComparison.Ordinal);
        if (separator > 0)
        {
            // In UTF-16 the value has a byte order mark of its own.
            texts.Offer(text.Substring(0, separator), text.Substring(separator + 1).TrimStart('\uFEFF'));
        }
    }

    // A zero was put after each 0xFF, so that old players would not take a tag for sound.
    private static byte[] Synchronise(byte[] bytes)
    {
        var output = new MemoryStream(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            output.WriteByte(bytes[i]);
            if (bytes[i] == 0xFF && i + 1 < bytes.Length && bytes[i + 1] == 0)
            {
                i++;
            }
        }

        return output.ToArray();
    }

    private static long SevenBits(uint value)
        => ((value >> 24 & 0x7F) << 21) | ((value >> 16 & 0x7F) << 14) | ((value >> 8 & 0x7F) << 7) | (value & 0x7F);
}
