using System;
using System.Linq;
using System.Text;
using static ComfyUI.Client.Tests.Media.Bytes;

namespace ComfyUI.Client.Tests.Media;

/// <summary>The smallest sound, film and tensor files that carry texts.</summary>
internal static class SoundAndFilmFiles
{
    internal const uint Segment = 0x18538067;
    internal const uint Cluster = 0x1F43B675;
    internal const uint Tags = 0x1254C367;

    internal static byte[] Box(string type, params byte[][] content)
    {
        byte[] joined = Join(content);
        return Join(Big32(joined.Length + 8), Latin1(type), joined);
    }

    internal static byte[] Mp4FileType => Box("ftyp", Latin1("isom"), Big32(512), Latin1("isommp41"));

    /// <summary>A <c>moov</c> as ffmpeg's <c>use_metadata_tags</c> writes it.</summary>
    internal static byte[] Moov(params (string Key, string Text)[] texts) => Box("moov", Box("udta", Box(
        "meta",
        Big32(0),
        Box("keys", Big32(0), Big32(texts.Length), Join([.. texts.Select(text => Box("mdta", Utf8(text.Key)))])),
        Box("ilst", [.. texts.Select((text, i) => Join(Big32(24 + Utf8(text.Text).Length), Big32(i + 1), Data(text.Text)))]))));

    internal static byte[] MoovWithComment(string text) => Box("moov", Box("udta", Box("meta", Big32(0), Box("ilst", Box("©cmt", Data(text))))));

    internal static byte[] Mp4(params (string Key, string Text)[] texts) => Join(Mp4FileType, Box("mdat", new byte[100]), Moov(texts));

    internal static byte[] Ebml(uint id, params byte[][] content) => Join(EbmlId(id), EbmlLength(Join(content).Length), Join(content));

    internal static byte[] EbmlUnknownLength(uint id, params byte[][] content)
        => Join(EbmlId(id), [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Join(content));

    internal static byte[] EbmlHead => Ebml(0x1A45DFA3, Ebml(0x4282, Latin1("webm")));

    internal static byte[] MatroskaTags(params (string Key, string Text)[] texts)
        => Ebml(Tags, Ebml(0x7373, [.. texts.Select(text => Ebml(0x67C8, Ebml(0x45A3, Utf8(text.Key)), Ebml(0x4487, Utf8(text.Text))))]));

    internal static byte[] WebM(params (string Key, string Text)[] texts)
        => Join(EbmlHead, Ebml(Segment, Ebml(Cluster, new byte[50]), MatroskaTags(texts)));

    internal static byte[] SeekHead(uint target, int position)
        => Ebml(0x114D9B74, Ebml(0x4DBB, Ebml(0x53AB, EbmlId(target)), Ebml(0x53AC, Big32(position))));

    internal static byte[] VorbisComment(params (string Key, string Text)[] texts)
    {
        byte[][] entries = texts.Select(text => Utf8($"{text.Key}={text.Text}")).Select(entry => Join(Little32(entry.Length), entry)).ToArray();
        return Join(Little32(4), Latin1("Lavf"), Little32(entries.Length), Join(entries));
    }

    internal static byte[] Flac(params (string Key, string Text)[] texts)
    {
        byte[] comment = VorbisComment(texts);
        return Join(Latin1("fLaC"), [0, 0, 0, 34], new byte[34], [0x84], Big32(comment.Length)[1..], comment, [0xFF, 0xF8, 0, 0]);
    }

    internal static byte[] Opus(params (string Key, string Text)[] texts)
        => Ogg(Join(Latin1("OpusHead"), new byte[11]), Join(Latin1("OpusTags"), VorbisComment(texts)));

    /// <summary>Each packet begins a page of its own and goes over as many pages of 1,020 bytes as it needs.</summary>
    internal static byte[] Ogg(params byte[][] packets) => Join([.. packets.Select(OggPages)]);

    internal static byte[] Mp3(int version, params byte[][] frames)
    {
        byte[] joined = Join([.. frames, new byte[20]]);
        return Join(Latin1("ID3"), [(byte)version, 0, 0], SevenBits(joined.Length), joined, [0xFF, 0xFB, 0x90, 0]);
    }

    internal static byte[] TextFrame(int version, byte encoding, string key, string text)
    {
        Encoding chosen = encoding switch { 0 => Encoding.Latin1, 1 => Encoding.Unicode, 2 => Encoding.BigEndianUnicode, _ => Encoding.UTF8 };
        byte[] mark = encoding == 1 ? [0xFF, 0xFE] : [];
        byte[] data = Join([encoding], mark, chosen.GetBytes(key + "\0"), mark, chosen.GetBytes(text));
        return version == 2
            ? Join(Latin1("TXX"), Big32(data.Length)[1..], data)
            : Join(Latin1("TXXX"), version == 4 ? SevenBits(data.Length) : Big32(data.Length), [0, 0], data);
    }

    internal static byte[] Glb(string json) => Join(Latin1("glTF"), Little32(2), Little32(20 + Utf8(json).Length), Little32(Utf8(json).Length), Latin1("JSON"), Utf8(json));

    internal static byte[] Safetensors(string json) => Join(Little64((ulong)Utf8(json).Length), Utf8(json), new byte[16]);

    private static byte[] Data(string text) => Box("data", Big32(1), Big32(0), Utf8(text));

    private static byte[] EbmlId(uint id) => [.. Big32(id).SkipWhile(value => value == 0)];

    private static byte[] EbmlLength(int length) => Big32(0x10000000 | (uint)length);

    private static byte[] OggPages(byte[] packet)
    {
        const int SegmentsPerPage = 4;
        byte[] lacing = [.. Enumerable.Repeat((byte)255, packet.Length / 255), (byte)(packet.Length % 255)];
        return Join([.. lacing.Chunk(SegmentsPerPage).Select((segments, page) => Join(
            Latin1("OggS"),
            new byte[10],
            Little32(77),
            Little32(page),
            Little32(0),
            [(byte)segments.Length],
            segments,
            packet.AsSpan(page * SegmentsPerPage * 255, segments.Sum(length => length)).ToArray()))]);
    }
}
