using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>AVIF and HEIF pictures: the <c>meta</c> box lists items, of which one is EXIF, and says where in the file it is.</summary>
internal sealed class AvifFormat : MediaFormat
{
    private const int FullBoxBytes = 4;
    private const int MaxParts = 1000;

    internal override string Name => "AVIF/HEIF";

    internal override string LookedFor => "an Exif item with 'prompt:' or 'workflow:' texts";

    internal override bool Matches(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !head.Slice(4).StartsWith("ftyp"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> brand = head.Slice(8, 4);
        return brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) || brand.SequenceEqual("mif1"u8)
            || brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8);
    }

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        long offset = 0;
        while (await IsoBox.ReadAsync(reader, offset, reader.Length).ConfigureAwait(false) is { } box)
        {
            if (box.Is("meta"))
            {
                await ReadMetaAsync(reader, box, texts).ConfigureAwait(false);
                return;
            }

            offset = box.End;
        }
    }

    private static async Task ReadMetaAsync(MediaReader reader, IsoBox meta, EmbeddedTexts texts)
    {
        uint? exifItem = null;
        byte[]? locations = null;
        long itemData = 0;
        long offset = meta.Start + FullBoxBytes;
        while (await IsoBox.ReadAsync(reader, offset, meta.End).ConfigureAwait(false) is { } box)
        {
            if (box.Is("iinf"))
            {
                exifItem = await FindExifItemAsync(reader, box).ConfigureAwait(false);
            }
            else if (box.Is("iloc"))
            {
                locations = await reader.ReadAsync(box.Start, box.Length).ConfigureAwait(false);
            }
            else if (box.Is("idat"))
            {
                itemData = box.Start;
            }

            offset = box.End;
        }

        if (exifItem is { } item && locations is not null)
        {
            var block = new MemoryStream();
            foreach ((long start, long length) in FindParts(new ByteCursor(locations), item, itemData))
            {
                byte[] part = await reader.ReadAsync(start, length).ConfigureAwait(false);
                block.Write(part, 0, part.Length);
            }

            // The item begins with the number of bytes between it and the TIFF header.
            var cursor = new ByteCursor(block.ToArray());
            cursor.Take(cursor.ReadUInt32());
            ExifBlock.Read(cursor.TakeRest(), texts);
        }
    }

    private static async Task<uint?> FindExifItemAsync(MediaReader reader, IsoBox table)
    {
        byte[] head = await reader.ReadAsync(table.Start, FullBoxBytes).ConfigureAwait(false);
        long offset = table.Start + FullBoxBytes + (head[0] == 0 ? sizeof(ushort) : sizeof(uint));
        while (await IsoBox.ReadAsync(reader, offset, table.End).ConfigureAwait(false) is { } entry)
        {
            const int WideIdVersion = 3;
            var cursor = new ByteCursor(await reader.ReadAsync(entry.Start, Math.Min(entry.Length, 16)).ConfigureAwait(false));
            byte version = cursor.ReadByte();
            cursor.Take(3);
            uint id = (uint)cursor.ReadUnsigned(version >= WideIdVersion ? sizeof(uint) : sizeof(ushort));
            cursor.Take(sizeof(ushort));
            if (cursor.Take(4).Span.SequenceEqual("Exif"u8))
            {
                return id;
            }

            offset = entry.End;
        }

        return null;
    }

    private static List<(long Start, long Length)> FindParts(ByteCursor cursor, uint wanted, long itemData)
    {
        const int InItemData = 1;
        byte version = cursor.ReadByte();
        cursor.Take(3);
        ushort sizes = cursor.ReadUInt16();
        (int offsetBytes, int lengthBytes, int baseBytes) = (sizes >> 12, (sizes >> 8) & 0xF, (sizes >> 4) & 0xF);
        int indexBytes = version is 1 or 2 ? sizes & 0xF : 0;
        int idBytes = version < 2 ? sizeof(ushort) : sizeof(uint);
        ulong items = cursor.ReadUnsigned(idBytes);
        for (ulong i = 0; i < items; i++)
        {
            uint id = (uint)cursor.ReadUnsigned(idBytes);
            int method = version is 1 or 2 ? cursor.ReadUInt16() & 0xF : 0;
            cursor.Take(sizeof(ushort));
            long origin = MediaReader.ToLength(cursor.ReadUnsigned(baseBytes)) + (method == InItemData ? itemData : 0);
            ushort parts = cursor.ReadUInt16();
            if (id != wanted)
            {
                cursor.Take((long)parts * (indexBytes + offsetBytes + lengthBytes));
                continue;
            }

            var found = new List<(long, long)>();
            for (int part = 0; part < Math.Min((int)parts, MaxParts); part++)
            {
                cursor.ReadUnsigned(indexBytes);
                long start = MediaReader.ToLength(cursor.ReadUnsigned(offsetBytes));
                found.Add((start + origin, MediaReader.ToLength(cursor.ReadUnsigned(lengthBytes))));
            }

            return found;
        }

        return [];
    }
}
