using System;
using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// <c>.latent</c> and <c>.safetensors</c>: the length of a JSON header, then the header, whose <c>__metadata__</c> holds what
/// SaveLatent and ComfyUI's model savers write.
/// </summary>
internal sealed class SafetensorsFormat : MediaFormat
{
    // The format's own limit.
    private const ulong LargestHeader = 100_000_000;

    internal override string Name => "safetensors/latent";

    internal override string LookedFor => "'prompt' or 'workflow' in __metadata__";

    internal override bool Matches(ReadOnlySpan<byte> head)
        => head.Length > sizeof(ulong) && head[sizeof(ulong)] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and <= LargestHeader;

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(await reader.ReadAsync(0, sizeof(ulong)).ConfigureAwait(false));
        byte[] json = await reader.ReadAsync(sizeof(ulong), (long)length).ConfigureAwait(false);
        if (EmbeddedJson.ParseHeader(json) is JsonObject root)
        {
            texts.OfferMembers(root["__metadata__"]);
        }
    }
}
