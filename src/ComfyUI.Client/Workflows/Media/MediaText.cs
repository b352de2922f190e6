using System;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace ComfyUI.Client;

/// <summary>Turns bytes of a media file into text.</summary>
internal static class MediaText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Latin1Encoding = Encoding.GetEncoding("iso-8859-1");
    private static readonly UnicodeEncoding BigEndianUtf16 = new(bigEndian: true, byteOrderMark: false);

    /// <summary>
    /// UTF-8 where the bytes are that, else Latin-1. Formats that prescribe Latin-1 get UTF-8 from many programs, and Latin-1
    /// text with other than ASCII characters is hardly ever valid UTF-8 by accident.
    /// </summary>
    internal static string Decode(ReadOnlyMemory<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        try
        {
            return StrictUtf8.GetString(copy);
        }
        catch (DecoderFallbackException)
        {
            return Latin1Encoding.GetString(copy);
        }
    }

    /// <summary>One character for each byte.</summary>
    internal static string Latin1(ReadOnlyMemory<byte> bytes) => Latin1Encoding.GetString(bytes.ToArray());

    /// <summary>UTF-16 in the byte order its mark says, else in the one given.</summary>
    internal static string Utf16(ReadOnlyMemory<byte> bytes, bool bigEndian)
    {
        if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            (bytes, bigEndian) = (bytes.Slice(2), true);
        }
        else if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            (bytes, bigEndian) = (bytes.Slice(2), false);
        }

        return (bigEndian ? BigEndianUtf16 : Encoding.Unicode).GetString(bytes.ToArray());
    }

    /// <summary>Unpacks a zlib stream.</summary>
    /// <exception cref="ComfyUIValidationException">It unpacks to more than <see cref="MediaReader.MaxValueBytes"/>, or is damaged.</exception>
    internal static byte[] Inflate(ReadOnlyMemory<byte> zlib, string name)
    {
        // netstandard2.0 knows only raw deflate data: they begin after zlib's two bytes.
        const int ZlibHeaderBytes = 2;
        if (zlib.Length < ZlibHeaderBytes)
        {
            throw MediaErrors.Invalid($"the packed text '{name}' is empty");
        }

        using var packed = new MemoryStream(zlib.Slice(ZlibHeaderBytes).ToArray());
        using var inflater = new DeflateStream(packed, CompressionMode.Decompress);
        using var output = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = inflater.Read(buffer, 0, buffer.Length)) > 0)
            {
                if (output.Length + count > MediaReader.MaxValueBytes)
                {
                    throw MediaErrors.TooLarge($"The packed text '{name}'");
                }

                output.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            throw MediaErrors.Invalid($"the packed text '{name}' cannot be unpacked");
        }

        return output.ToArray();
    }
}
