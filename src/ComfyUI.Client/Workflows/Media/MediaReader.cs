using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Reads pieces of one file at given offsets, for one reading of it. All limits that keep a hostile file from costing time or
/// memory are here: how large a piece may be, how many pieces, how many bytes in all.
/// </summary>
internal sealed class MediaReader
{
    /// <summary>The largest text, packed or unpacked. The largest real workflows hold pictures in base64 and have a few MiB.</summary>
    internal const int MaxValueBytes = 64 * 1024 * 1024;

    private const int WindowBytes = 4096;
    private const int MaxReads = 250_000;
    private const long MaxTotalBytes = 4L * MaxValueBytes;

    private readonly Stream stream;
    private readonly CancellationToken cancellationToken;
    private readonly byte[] window = new byte[WindowBytes];
    private long windowStart;
    private int windowCount;
    private int reads;
    private long totalBytes;

    internal MediaReader(Stream stream, CancellationToken cancellationToken)
    {
        this.stream = stream;
        this.cancellationToken = cancellationToken;
        Length = stream.Length;
    }

    /// <summary>The file's length in bytes.</summary>
    internal long Length { get; }

    /// <summary>Where a part ends, after checking that it does so within what contains it.</summary>
    /// <exception cref="ComfyUIValidationException">It does not: <see cref="ComfyUIErrorId.TruncatedFile"/>.</exception>
    internal static long EndOf(long start, long count, long limit)
        => count >= 0 && count <= limit - start ? start + count : throw MediaErrors.Truncated(start, count, limit);

    /// <summary>Makes a 64-bit length of a file comparable with offsets; absurd ones become the largest.</summary>
    internal static long ToLength(ulong length) => length > long.MaxValue ? long.MaxValue : (long)length;

    /// <summary>Reads exactly <paramref name="count"/> bytes.</summary>
    /// <exception cref="ComfyUIValidationException">The file ends before, or the piece is too large.</exception>
    internal async Task<byte[]> ReadAsync(long offset, long count)
    {
        EndOf(offset, count, Length);
        if (count > MaxValueBytes)
        {
            throw MediaErrors.TooLarge($"The part at byte {offset} with {count} bytes");
        }

        reads++;
        totalBytes += count;
        if (reads > MaxReads || totalBytes > MaxTotalBytes)
        {
            throw MediaErrors.Invalid("it has too many parts");
        }

        var bytes = new byte[count];
        if (count > WindowBytes)
        {
            await FillAsync(offset, bytes, bytes.Length).ConfigureAwait(false);
            return bytes;
        }

        if (offset < windowStart || offset + count > windowStart + windowCount)
        {
            windowCount = 0;
            int available = (int)Math.Min(WindowBytes, Length - offset);
            await FillAsync(offset, window, available).ConfigureAwait(false);
            windowStart = offset;
            windowCount = available;
        }

        Array.Copy(window, offset - windowStart, bytes, 0, count);
        return bytes;
    }

    /// <summary>Reads <paramref name="count"/> bytes, or fewer where the file ends before.</summary>
    internal Task<byte[]> ReadUpToAsync(long offset, long count) => ReadAsync(offset, Math.Min(count, Math.Max(0, Length - offset)));

    private async Task FillAsync(long offset, byte[] target, int count)
    {
        stream.Position = offset;
        int done = 0;
        while (done < count)
        {
            int read = await stream.ReadAsync(target, done, count - done, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw MediaErrors.Truncated(offset, count, offset + done);
            }

            done += read;
        }
    }
}
