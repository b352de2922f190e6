using System;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// WebM and Matroska: a segment of elements, of which <c>Tags</c> holds the texts, under names that ffmpeg writes in capitals. The
/// segment's <c>SeekHead</c> says where it is; without one the clusters of the film are stepped over.
/// </summary>
internal sealed class MatroskaFormat : MediaFormat
{
    private const uint SegmentId = 0x18538067;
    private const uint SeekHeadId = 0x114D9B74;
    private const uint SeekId = 0x4DBB;
    private const uint SeekTargetId = 0x53AB;
    private const uint SeekPositionId = 0x53AC;
    private const uint TagsId = 0x1254C367;
    private const uint TagId = 0x7373;
    private const uint SimpleTagId = 0x67C8;
    private const uint TagNameId = 0x45A3;
    private const uint TagTextId = 0x4487;

    private const int MaxDepth = 8;
    private const int MaxNameBytes = 1024;

    internal override string Name => "WebM/Matroska";

    internal override string LookedFor => "tags named 'PROMPT', 'WORKFLOW' or 'COMMENT'";

    internal override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]);

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        // Live recordings have segments and clusters of unknown length. Stepping into these instead of over them finds the same
        // elements, so the segment's content is read as if it stood outside.
        long offset = 0;
        long segment = 0;
        while (!texts.IsDone && await EbmlElement.ReadAsync(reader, offset, reader.Length).ConfigureAwait(false) is { } element)
        {
            if (element.Id == SegmentId)
            {
                segment = element.Start;
            }
            else if (element.Id == TagsId)
            {
                await ReadTagsAsync(reader, element, 0, texts).ConfigureAwait(false);
            }
            else if (element.Id == SeekHeadId && await ReadSeekHeadAsync(reader, element, segment, texts).ConfigureAwait(false))
            {
                return;
            }

            offset = element.Length is null || element.Id == SegmentId ? element.Start : element.End;
        }
    }

    private static async Task<bool> ReadSeekHeadAsync(MediaReader reader, EbmlElement head, long segment, EmbeddedTexts texts)
    {
        bool found = false;
        long offset = head.Start;
        while (await EbmlElement.ReadAsync(reader, offset, head.End).ConfigureAwait(false) is { Id: SeekId } seek)
        {
            offset = seek.End;
            if (await ReadSeekAsync(reader, seek).ConfigureAwait(false) is { } position
                && position < reader.Length - segment
                && await EbmlElement.ReadAsync(reader, segment + position, reader.Length).ConfigureAwait(false) is { Id: TagsId } tags)
            {
                await ReadTagsAsync(reader, tags, 0, texts).ConfigureAwait(false);
                found = true;
            }
        }

        return found;
    }

    private static async Task<long?> ReadSeekAsync(MediaReader reader, EbmlElement seek)
    {
        ulong target = 0;
        ulong position = 0;
        long offset = seek.Start;
        while (await EbmlElement.ReadAsync(reader, offset, seek.End).ConfigureAwait(false) is { Length: <= sizeof(ulong) } field)
        {
            offset = field.End;
            if (field.Id is SeekTargetId or SeekPositionId)
            {
                byte[] bytes = await ReadContentAsync(reader, field).ConfigureAwait(false);
                ulong value = new ByteCursor(bytes).ReadUnsigned(bytes.Length);
                (target, position) = field.Id == SeekTargetId ? (value, position) : (target, value);
            }
        }

        return target == TagsId ? MediaReader.ToLength(position) : null;
    }

    private static async Task ReadTagsAsync(MediaReader reader, EbmlElement parent, int depth, EmbeddedTexts texts)
    {
        string name = string.Empty;
        long offset = parent.Start;
        while (!texts.IsDone && await EbmlElement.ReadAsync(reader, offset, parent.AvailableEnd).ConfigureAwait(false) is { } element)
        {
            if (element.Id is TagId or SimpleTagId && depth < MaxDepth)
            {
                await ReadTagsAsync(reader, element, depth + 1, texts).ConfigureAwait(false);
            }
            else if (element.Id == TagNameId && element.Length <= MaxNameBytes)
            {
                name = MediaText.Decode(await ReadContentAsync(reader, element).ConfigureAwait(false));
            }
            else if (element.Id == TagTextId && EmbeddedTexts.IsWanted(name))
            {
                texts.Offer(name, MediaText.Decode(await ReadContentAsync(reader, element).ConfigureAwait(false)));
            }

            offset = element.End;
        }
    }

    private static Task<byte[]> ReadContentAsync(MediaReader reader, EbmlElement element) => reader.ReadAsync(element.Start, element.End - element.Start);
}
