using System.Linq;
using System.Text;
using static ComfyUI.Client.Tests.Media.Bytes;

namespace ComfyUI.Client.Tests.Media;

/// <summary>The smallest picture files that carry texts. There is no picture in them.</summary>
internal static class PictureFiles
{
    internal static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static byte[] Png(params byte[][] chunks)
        => Join([PngSignature, PngChunk("IHDR", new byte[13]), .. chunks, PngChunk("IEND", [])]);

    internal static byte[] PngChunk(string type, byte[] data) => Join(Big32(data.Length), Latin1(type), data, new byte[4]);

    internal static byte[] PngText(string key, string text, string type = "tEXt") => PngChunk(type, Join(Latin1(key + "\0"), Utf8(text)));

    internal static byte[] PngPacked(string key, string text) => PngChunk("zTXt", Join(Latin1(key + "\0\0"), Zlib(Utf8(text))));

    internal static byte[] PngInternational(string key, string text, bool packed)
        => PngChunk("iTXt", Join(Latin1(key + "\0"), [(byte)(packed ? 1 : 0), 0], Utf8("de\0Füchse\0"), packed ? Zlib(Utf8(text)) : Utf8(text)));

    internal static byte[] WebP(byte[] exif)
    {
        byte[] chunks = Join(RiffChunk("VP8L", [1, 2, 3]), RiffChunk("EXIF", exif));
        return Join(Latin1("RIFF"), Little32(chunks.Length + 4), Latin1("WEBP"), chunks);
    }

    internal static byte[] Jpeg(byte[] exif)
    {
        byte[] app1 = Join(Latin1("Exif\0\0"), exif);
        return Join([0xFF, 0xD8, 0xFF, 0xE0], Big16(4), [0, 0], [0xFF, 0xE1], Big16(app1.Length + 2), app1, [0xFF, 0xDA, 0, 0, 0xFF, 0xD9]);
    }

    /// <summary>EXIF whose first directory has these tags as ASCII, and a UserComment in the nested one.</summary>
    internal static byte[] Exif(bool littleEndian, (int Tag, string Text)[] texts, byte[]? userComment = null)
    {
        byte[] Short(int value) => littleEndian ? [.. Big16(value).Reverse()] : Big16(value);
        byte[] Long(long value) => littleEndian ? Little32(value) : Big32(value);
        byte[] Entry(int tag, int type, int count, long value) => Join(Short(tag), Short(type), Long(count), Long(value));
        byte[] Directory(byte[][] entries) => Join([Short(entries.Length), .. entries, Long(0)]);

        int firstCount = texts.Length + (userComment is null ? 0 : 1);
        int nested = 8 + 2 + (firstCount * 12) + 4;
        int values = nested + (userComment is null ? 0 : 18);
        byte[][] data = texts.Select(text => Utf8(text.Text + "\0")).ToArray();
        byte[][] entries = texts.Select((text, i) => Entry(text.Tag, 2, data[i].Length, values + data.Take(i).Sum(d => d.Length))).ToArray();
        byte[] tail = Join(data);
        if (userComment is null)
        {
            return Join(Latin1(littleEndian ? "II" : "MM"), Short(42), Long(8), Directory(entries), tail);
        }

        byte[] first = Directory([.. entries, Entry(0x8769, 4, 1, nested)]);
        byte[] second = Directory([Entry(0x9286, 7, userComment.Length, values + tail.Length)]);
        return Join(Latin1(littleEndian ? "II" : "MM"), Short(42), Long(8), first, second, tail, userComment);
    }

    internal static byte[] UnicodeComment(string text, bool bigEndian)
        => Join(Latin1("UNICODE\0"), (bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetBytes(text));

    internal static byte[] Svg(string metadata)
        => Utf8($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">\n<metadata>{metadata}</metadata>\n<path/></svg>");

    internal static byte[] Avif(byte[] exif)
    {
        byte[] item = Join(Big32(0), exif);
        byte[] Meta(int offset) => SoundAndFilmFiles.Box(
            "meta",
            Big32(0),
            SoundAndFilmFiles.Box("iinf", Big32(0), Big16(1), SoundAndFilmFiles.Box("infe", [2, 0, 0, 0], Big16(2), Big16(0), Latin1("Exif\0"))),
            SoundAndFilmFiles.Box("iloc", Big32(0), [0x44, 0], Big16(1), Big16(2), Big16(0), Big16(1), Big32(offset), Big32(item.Length)));
        byte[] fileType = SoundAndFilmFiles.Box("ftyp", Latin1("avif"), Big32(0), Latin1("avifmif1"));
        int start = fileType.Length + Meta(0).Length + 8;
        return Join(fileType, Meta(start), SoundAndFilmFiles.Box("mdat", item));
    }

    private static byte[] RiffChunk(string type, byte[] data) => Join(Latin1(type), Little32(data.Length), data, new byte[data.Length & 1]);
}
