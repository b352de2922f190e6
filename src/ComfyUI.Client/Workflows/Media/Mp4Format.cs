using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// MP4 and MOV. SaveVideo has ffmpeg write <c>moov/udta/meta</c> with a table of key names and a list of values; VideoHelperSuite may
/// write one comment, which is <c>©cmt</c>. <c>moov</c> is often the last box of the file.
/// </summary>
internal sealed class Mp4Format : MediaFormat
{
    private const int MaxDepth = 4;
    private const int FullBoxBytes = 4;
    private const int DataHeaderBytes = 8;

    internal override string Name => "MP4/MOV";

    internal override string LookedFor => "'prompt', 'workflow' or a comment in moov/udta/meta";

    internal override bool Matches(ReadOnlySpan<byte> head)
    {
        if (head.Length < IsoBox.HeaderBytes)
        {
            return false;
        }

        // QuickTime files from before 'ftyp' was invented begin with any of the others.
        ReadOnlySpan<byte> type = head.Slice(4, 4);
        return type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("wide"u8);
    }

    internal override Task ReadAsync(MediaReader reader, EmbeddedTexts texts) => WalkAsync(reader, 0, reader.Length, 0, texts);

    private static async Task WalkAsync(MediaReader reader, long offset, long limit, int depth, EmbeddedTexts texts)
    {
        while (!texts.IsDone && await IsoBox.ReadAsync(reader, offset, limit).ConfigureAwait(false) is { } box)
        {
            if ((box.Is("moov") || box.Is("udta")) && depth < MaxDepth)
            {
                await WalkAsync(reader, box.Start, box.End, depth + 1, texts).ConfigureAwait(false);
            }
            else if (box.Is("meta") && depth > 0)
            {
                await ReadMetaAsync(reader, box, texts).ConfigureAwait(false);
            }
            else if (box.Is("©cmt") && depth > 0)
            {
                await ReadQuickTimeCommentAsync(reader, box, texts).ConfigureAwait(false);
            }

            offset = box.End;
        }
    }

    private static async Task ReadMetaAsync(MediaReader reader, IsoBox meta, EmbeddedTexts texts)
    {
        // QuickTime's 'meta' lacks the version field that MP4's has, and begins with 'hdlr' at once.
        byte[] head = await reader.ReadUpToAsync(meta.Start, IsoBox.HeaderBytes).ConfigureAwait(false);
        bool quickTime = head.Length == IsoBox.HeaderBytes && head.AsSpan(4).SequenceEqual("hdlr"u8);
        long offset = meta.Start + (quickTime ? 0 : FullBoxBytes);
        List<string> keys = [];
        while (!texts.IsDone && await IsoBox.ReadAsync(reader, offset, meta.End).ConfigureAwait(false) is { } box)
        {
            if (box.Is("keys"))
            {
                keys = ReadKeys(await reader.ReadAsync(box.Start, box.Length).ConfigureAwait(false));
            }
            else if (box.Is("ilst"))
            {
                await ReadItemsAsync(reader, box, keys, texts).ConfigureAwait(false);
            }

            offset = box.End;
        }
    }

    private static List<string> ReadKeys(byte[] table)
    {
        const int VersionAndCountBytes = 8;
        var keys = new List<string>();
        var cursor = new ByteCursor(table);
        cursor.Take(VersionAndCountBytes);
        while (cursor.Remaining >= IsoBox.HeaderBytes)
        {
            long length = cursor.ReadUInt32() - (long)IsoBox.HeaderBytes;
            cursor.Take(sizeof(uint));
            keys.Add(MediaText.Decode(cursor.Take(length)));
        }

        return keys;
    }

    private static async Task ReadItemsAsync(MediaReader reader, IsoBox list, List<string> keys, EmbeddedTexts texts)
    {
        long offset = list.Start;
        while (!texts.IsDone && await IsoBox.ReadAsync(reader, offset, list.End).ConfigureAwait(false) is { } item)
        {
            string key = item.Is("©cmt") ? "comment"
                : item.Code >= 1 && item.Code <= keys.Count ? keys[(int)item.Code - 1]
                : string.Empty;
            if (EmbeddedTexts.IsWanted(key)
                && await IsoBox.ReadAsync(reader, item.Start, item.End).ConfigureAwait(false) is { Length: >= DataHeaderBytes } data
                && data.Is("data"))
            {
                byte[] value = await reader.ReadAsync(data.Start + DataHeaderBytes, data.Length - DataHeaderBytes).ConfigureAwait(false);
                texts.Offer(key, MediaText.Decode(value));
            }

            offset = item.End;
        }
    }

    private static async Task ReadQuickTimeCommentAsync(MediaReader reader, IsoBox box, EmbeddedTexts texts)
    {
        const int LanguageBytes = 2;
        var cursor = new ByteCursor(await reader.ReadAsync(box.Start, box.Length).ConfigureAwait(false));
        ushort length = cursor.ReadUInt16();
        cursor.Take(LanguageBytes);
        texts.Offer("comment", MediaText.Decode(cursor.Take(length)));
    }
}
