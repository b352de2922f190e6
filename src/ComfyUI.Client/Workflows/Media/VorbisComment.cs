using System;

namespace ComfyUI.Client;

/// <summary>The list of <c>name=text</c> entries that FLAC and Ogg files share.</summary>
internal static class VorbisComment
{
    /// <summary>Takes the entries of a comment block.</summary>
    /// <exception cref="ComfyUIValidationException">The block breaks off.</exception>
    internal static void Read(ReadOnlyMemory<byte> block, EmbeddedTexts texts)
    {
        var cursor = new ByteCursor(block, littleEndian: true);
        cursor.Take(cursor.ReadUInt32());
        uint count = cursor.ReadUInt32();
        for (uint i = 0; i < count && !texts.IsDone; i++)
        {
            ReadOnlyMemory<byte> entry = cursor.Take(cursor.ReadUInt32());
            int equals = entry.Span.IndexOf((byte)'=');
            if (equals < 0)
            {
                continue;
            }

            string key = MediaText.Latin1(entry.Slice(0, equals));
            if (EmbeddedTexts.IsWanted(key))
            {
                texts.Offer(key, MediaText.Decode(entry.Slice(equals + 1)));
            }
        }
    }
}
