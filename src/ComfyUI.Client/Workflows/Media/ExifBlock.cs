using System;

namespace ComfyUI.Client;

/// <summary>
/// EXIF, a TIFF directory in memory. ComfyUI writes <c>prompt:{…}</c> into Model (0x0110) and each further text, first of all
/// <c>workflow:{…}</c>, into the tags from Make (0x010F) downward; node packs use ImageDescription and UserComment. So every
/// text is taken, whatever its tag.
/// </summary>
internal static class ExifBlock
{
    private const int HeaderBytes = 8;
    private const int ExifDirectoryTag = 0x8769;
    private const int UserCommentTag = 0x9286;
    private const int TextType = 2;
    private const int LongType = 4;
    private const int UndefinedType = 7;
    private const int Utf8Type = 129;
    private const int CharacterCodeBytes = 8;

    private static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>Takes the texts of an EXIF block, with or without the <c>Exif\0\0</c> before it.</summary>
    internal static void Read(ReadOnlyMemory<byte> block, EmbeddedTexts texts)
    {
        if (block.Span.StartsWith(Prefix))
        {
            block = block.Slice(Prefix.Length);
        }

        if (block.Length < HeaderBytes)
        {
            throw MediaErrors.Truncated(HeaderBytes, block.Length);
        }

        bool littleEndian = block.Span.StartsWith("II*\0"u8);
        if (!littleEndian && !block.Span.StartsWith("MM\0*"u8))
        {
            throw MediaErrors.Invalid("its EXIF block has no TIFF header");
        }

        var cursor = new ByteCursor(block, littleEndian);
        cursor.Seek(4);
        uint directory = cursor.ReadUInt32();

        // Values do not overlap in an honest file; a hostile one may point to the same bytes from 65,535 entries.
        int textBytesLeft = block.Length;
        uint? exifDirectory = ReadDirectory(cursor, directory, !littleEndian, ref textBytesLeft, texts);
        if (exifDirectory is { } nested && !texts.IsDone)
        {
            ReadDirectory(cursor, nested, !littleEndian, ref textBytesLeft, texts);
        }
    }

    private static uint? ReadDirectory(ByteCursor cursor, uint directory, bool bigEndian, ref int textBytesLeft, EmbeddedTexts texts)
    {
        cursor.Seek(directory);
        int count = cursor.ReadUInt16();
        uint? exifDirectory = null;
        for (int i = 0; i < count && !texts.IsDone; i++)
        {
            ushort tag = cursor.ReadUInt16();
            ushort type = cursor.ReadUInt16();
            uint length = cursor.ReadUInt32();
            int next = cursor.Position + sizeof(uint);
            if (tag == ExifDirectoryTag && type == LongType)
            {
                exifDirectory = cursor.ReadUInt32();
            }
            else if (type is TextType or Utf8Type || (type == UndefinedType && tag == UserCommentTag))
            {
                if (length > sizeof(uint))
                {
                    cursor.Seek(cursor.ReadUInt32());
                }

                ReadOnlyMemory<byte> value = cursor.Take(length);
                textBytesLeft -= value.Length;
                if (textBytesLeft < 0)
                {
                    throw MediaErrors.Invalid("texts in its EXIF block overlap");
                }

                texts.OfferLabelled(tag == UserCommentTag ? UserComment(value, bigEndian) : MediaText.Decode(value));
            }

            cursor.Seek(next);
        }

        return exifDirectory;
    }

    // Eight bytes name the encoding; some programs leave them out.
    private static string UserComment(ReadOnlyMemory<byte> value, bool bigEndian)
    {
        ReadOnlySpan<byte> code = value.Span;
        if (code.StartsWith("UNICODE\0"u8))
        {
            ReadOnlyMemory<byte> text = value.Slice(CharacterCodeBytes);
            return MediaText.Utf16(text, IsBigEndianText(text.Span, bigEndian));
        }

        bool named = code.StartsWith("ASCII\0\0\0"u8) || code.StartsWith("\0\0\0\0\0\0\0\0"u8);
        return MediaText.Decode(named ? value.Slice(CharacterCodeBytes) : value);
    }

    // Some libraries write big-endian text into little-endian files. Our texts begin with an ASCII character, whose zero byte tells.
    private static bool IsBigEndianText(ReadOnlySpan<byte> text, bool fileIsBigEndian)
        => text.Length < 2 || (text[0] != 0 && text[1] != 0) ? fileIsBigEndian : text[0] == 0;
}
