using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>One element of a Matroska file: its number, where its content begins, and how long it claims to be.</summary>
/// <param name="Id">The number with its length bits, as the specification writes it.</param>
/// <param name="Start">Where the content begins.</param>
/// <param name="Length">The content's length; null when the writer did not know it.</param>
/// <param name="Limit">Where what contains the element ends.</param>
internal readonly record struct EbmlElement(uint Id, long Start, long? Length, long Limit)
{
    private const int MaxIdBytes = 4;
    private const int MaxLengthBytes = 8;

    /// <summary>Where the element ends.</summary>
    /// <exception cref="ComfyUIValidationException">It is longer than what contains it.</exception>
    internal long End => Length is { } length ? MediaReader.EndOf(Start, length, Limit) : Limit;

    /// <summary>Where the part of the element ends that the file has.</summary>
    internal long AvailableEnd => Length is { } length && length < Limit - Start ? Start + length : Limit;

    /// <summary>Reads the element at an offset; null when what contains it has no room for another.</summary>
    internal static async Task<EbmlElement?> ReadAsync(MediaReader reader, long offset, long limit)
    {
        const int SmallestElement = 2;
        if (limit - offset < SmallestElement)
        {
            return null;
        }

        byte[] header = await reader.ReadUpToAsync(offset, MaxIdBytes + MaxLengthBytes).ConfigureAwait(false);
        var cursor = new ByteCursor(header);
        int idBytes = WidthOf(header[0]);
        if (idBytes > MaxIdBytes)
        {
            throw MediaErrors.Invalid($"there is no element at byte {offset}");
        }

        uint id = (uint)cursor.ReadUnsigned(idBytes);
        if (cursor.Remaining == 0)
        {
            throw MediaErrors.Truncated(offset, header.Length + 1, limit);
        }

        int lengthBytes = WidthOf(header[idBytes]);
        if (lengthBytes > MaxLengthBytes)
        {
            throw MediaErrors.Invalid($"the element at byte {offset} has no length");
        }

        ulong mask = (1UL << (7 * lengthBytes)) - 1;
        ulong length = cursor.ReadUnsigned(lengthBytes) & mask;
        return new EbmlElement(id, offset + idBytes + lengthBytes, length == mask ? null : (long)length, limit);
    }

    // A number's width is one more than its leading zero bits.
    private static int WidthOf(byte first)
    {
        int width = 1;
        for (int bit = 0x80; bit != 0 && (first & bit) == 0; bit >>= 1)
        {
            width++;
        }

        return width;
    }
}
