using System;
using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>GLB, binary glTF: the first chunk is JSON, and SaveGLB puts the texts into its <c>asset.extras</c>.</summary>
internal sealed class GlbFormat : MediaFormat
{
    private const int FileHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;

    internal override string Name => "GLB";

    internal override string LookedFor => "'prompt' or 'workflow' in asset.extras";

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith("glTF"u8);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        byte[] header = await reader.ReadAsync(FileHeaderBytes, ChunkHeaderBytes).ConfigureAwait(false);
        if (!header.AsSpan(4).SequenceEqual("JSON"u8))
        {
            throw MediaErrors.Invalid("its first chunk is not JSON");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        byte[] json = await reader.ReadAsync(FileHeaderBytes + ChunkHeaderBytes, length).ConfigureAwait(false);
        if (EmbeddedJson.ParseHeader(json) is JsonObject root && root["asset"] is JsonObject asset)
        {
            texts.OfferMembers(asset["extras"]);
        }
    }
}
