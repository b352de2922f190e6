using System.Collections.Generic;
using System.Text.Json;
using static ComfyUI.Client.Tests.Media.PictureFiles;
using static ComfyUI.Client.Tests.Media.SoundAndFilmFiles;

namespace ComfyUI.Client.Tests.Media;

/// <summary>One file of each kind, made here, each with the same two graphs.</summary>
internal static class OwnFiles
{
    internal const string Prompt = """{"9": {"class_type": "SaveImage", "inputs": {"title": "F\u00fcchse \ud83e\udd8a", "seed": 18446744073709551615, "cfg": 1.0}, "is_changed": [NaN]}}""";

    internal const string Workflow = """{"id": "w", "nodes": [{"id": 9, "type": "SaveImage", "title": "a:b, 100 % {x} [y]"}], "version": 0.4}""";

    internal static string Both => $"{{\"prompt\": {Prompt}, \"workflow\": {Workflow}}}";

    internal static string BothAsStrings => $"{{\"prompt\": {Quote(Prompt)}, \"workflow\": {Quote(Workflow)}}}";

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    internal static Dictionary<string, byte[]> All { get; } = new()
    {
        ["PNG tEXt"] = Png(PngText("prompt", Prompt), PngText("workflow", Workflow), PngChunk("IDAT", new byte[20])),
        ["PNG text after the picture"] = Png(PngChunk("IDAT", new byte[20]), PngText("prompt", Prompt), PngText("workflow", Workflow)),
        ["PNG comf"] = Png(PngChunk("fdAT", new byte[9]), PngText("prompt", Prompt, "comf"), PngText("workflow", Workflow, "comf")),
        ["PNG zTXt"] = Png(PngPacked("prompt", Prompt), PngPacked("workflow", Workflow)),
        ["PNG iTXt"] = Png(PngInternational("prompt", Prompt, packed: false), PngInternational("workflow", Workflow, packed: true)),
        ["PNG eXIf"] = Png(PngChunk("eXIf", ComfyExif(littleEndian: false))),
        ["WebP big-endian"] = WebP(ComfyExif(littleEndian: false)),
        ["WebP little-endian with prefix"] = WebP(Bytes.Join(Bytes.Latin1("Exif\0\0"), ComfyExif(littleEndian: true))),
        ["JPEG Make and Model"] = Jpeg(ComfyExif(littleEndian: true)),
        ["JPEG capital labels"] = Jpeg(Exif(true, [(0x010E, "Workflow: " + Workflow), (0x010F, "Prompt: " + Prompt)])),
        ["JPEG ASCII comment"] = Jpeg(Exif(true, [(0x010E, "prompt:" + Prompt)], Bytes.Latin1("ASCII\0\0\0workflow:" + Workflow))),
        ["JPEG UTF-16BE comment"] = Jpeg(Exif(false, [], UnicodeComment(Both, bigEndian: true))),
        ["JPEG UTF-16BE comment in little-endian EXIF"] = Jpeg(Exif(true, [], UnicodeComment(Both, bigEndian: true))),
        ["JPEG UTF-16LE comment"] = Jpeg(Exif(true, [], UnicodeComment(BothAsStrings, bigEndian: false))),
        ["AVIF"] = Avif(ComfyExif(littleEndian: false)),
        ["MP4"] = Mp4(("workflow", Workflow), ("prompt", Prompt)),
        ["MP4 encoded three times"] = Mp4(("workflow", Quote(Quote(Workflow))), ("prompt", Quote(Quote(Quote(Prompt))))),
        ["MP4 comment"] = Bytes.Join(Mp4FileType, MoovWithComment(BothAsStrings)),
        ["MOV without ftyp"] = Bytes.Join(Box("wide"), Box("mdat", new byte[30]), Moov(("prompt", Prompt), ("workflow", Workflow))),
        ["WebM"] = WebM(("PROMPT", Prompt), ("WORKFLOW", Workflow)),
        ["WebM comment"] = WebM(("COMMENT", BothAsStrings)),
        ["WebM of unknown length"] = Bytes.Join(EbmlHead, EbmlUnknownLength(Segment, EbmlUnknownLength(Cluster, Ebml(0xA3, new byte[40])), MatroskaTags(("prompt", Prompt), ("workflow", Workflow)))),
        ["WebM with SeekHead"] = Bytes.Join(EbmlHead, Ebml(Segment, SeekHead(Tags, SeekHead(Tags, 0).Length + NoElements.Length), NoElements, MatroskaTags(("prompt", Prompt), ("workflow", Workflow)))),
        ["FLAC"] = Flac(("encoder", "x"), ("PROMPT", Prompt), ("workflow", Workflow)),
        ["FLAC after ID3"] = Bytes.Join(Mp3(4)[..^4], Flac(("prompt", Prompt), ("workflow", Workflow))),
        ["Opus"] = Opus(("prompt", Prompt), ("workflow", Workflow)),
        ["Opus over many pages"] = Opus(("prompt", Prompt), ("filler", new string('x', 5000)), ("workflow", Workflow)),
        ["Ogg Vorbis"] = Ogg(Bytes.Latin1("\u0001vorbis"), Bytes.Join(Bytes.Latin1("\u0003vorbis"), VorbisComment(("prompt", Prompt), ("workflow", Workflow)))),
        ["Ogg FLAC"] = Ogg(Bytes.Latin1("\u007fFLAC"), Bytes.Join([0x84, 0, 0, 0], VorbisComment(("prompt", Prompt), ("workflow", Workflow)))),
        ["MP3 ID3v2.4 UTF-8"] = Mp3(4, TextFrame(4, 3, "prompt", Prompt), TextFrame(4, 3, "workflow", Workflow)),
        ["MP3 ID3v2.3 UTF-16"] = Mp3(3, TextFrame(3, 1, "prompt", Prompt), TextFrame(3, 1, "workflow", Workflow)),
        ["MP3 ID3v2.2 Latin-1"] = Mp3(2, TextFrame(2, 0, "prompt", Prompt), TextFrame(2, 0, "workflow", Workflow)),
        ["GLB strings"] = Glb($"{{\"asset\": {{\"version\": \"2.0\", \"extras\": {BothAsStrings}}}}}"),
        ["GLB objects"] = Glb($"{{\"asset\": {{\"version\": \"2.0\", \"extras\": {Both}}}}}"),
        ["SVG section"] = Svg($"\n<![CDATA[\n{Both}\n]]>\n"),
        ["SVG split section"] = Svg($"<![CDATA[{Both[..40]}]]><![CDATA[{Both[40..]}]]>"),
        ["SVG after foreign metadata"] = Svg($"<rdf:RDF/></metadata><metadata>{System.Net.WebUtility.HtmlEncode(BothAsStrings)}"),
        ["latent"] = Safetensors($"{{\"__metadata__\": {BothAsStrings}, \"latent_tensor\": {{\"dtype\": \"F32\", \"shape\": [4], \"data_offsets\": [0, 16]}}}}"),
    };

    // Stepping over these is not possible: only the jump finds what is behind.
    private static byte[] NoElements => new byte[50];

    private static byte[] ComfyExif(bool littleEndian) => Exif(littleEndian, [(0x010F, "workflow:" + Workflow), (0x0110, "prompt:" + Prompt)]);
}
