using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Copies a PNG with another workflow inside, in the <c>tEXt</c> chunks that ComfyUI's SaveImage writes: the picture stays as it is, bit
/// for bit, and what workflow it had goes.
/// </summary>
internal static class PngWorkflowWriter
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] ChecksumTable = CreateChecksumTable();

    /// <summary>Writes the copy.</summary>
    /// <param name="picture">The PNG.</param>
    /// <param name="target">Gets the copy.</param>
    /// <param name="prompt">The prompt as JSON text; null for none.</param>
    /// <param name="workflow">The UI document as JSON text; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIValidationException">It is no PNG, or ends in the middle.</exception>
    internal static async Task CopyAsync(Stream picture, Stream target, string? prompt, string? workflow, CancellationToken cancellationToken)
    {
        byte[] signature = await ReadAsync(picture, Signature.Length, cancellationToken).ConfigureAwait(false);
        if (!signature.AsSpan().SequenceEqual(Signature))
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.UnknownFileFormat, "The picture is no PNG.")
            {
                RecommendedAction = "Give a PNG; a workflow cannot be written into other kinds of pictures.",
            };
        }

        await target.WriteAsync(signature, 0, signature.Length, cancellationToken).ConfigureAwait(false);
        string type;
        do
        {
            byte[] header = await ReadAsync(picture, 8, cancellationToken).ConfigureAwait(false);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
            type = Encoding.ASCII.GetString(header, 4, 4);
            if (length > int.MaxValue - 4 || length + 4 > picture.Length - picture.Position)
            {
                throw MediaErrors.EndsEarly("the chunk " + Redaction.ServerLine(type));
            }

            byte[] body = await ReadAsync(picture, (int)length + 4, cancellationToken).ConfigureAwait(false);
            if (!HoldsWorkflow(type, body))
            {
                await target.WriteAsync(header, 0, header.Length, cancellationToken).ConfigureAwait(false);
                await target.WriteAsync(body, 0, body.Length, cancellationToken).ConfigureAwait(false);
            }

            if (type == "IHDR")
            {
                await WriteTextAsync(target, "prompt", prompt, cancellationToken).ConfigureAwait(false);
                await WriteTextAsync(target, "workflow", workflow, cancellationToken).ConfigureAwait(false);
            }
        }
        while (type != "IEND");
    }

    private static bool HoldsWorkflow(string type, byte[] body)
    {
        if (type is not ("tEXt" or "zTXt" or "iTXt" or "comf"))
        {
            return false;
        }

        int end = Array.IndexOf(body, (byte)0);
        string key = Encoding.ASCII.GetString(body, 0, Math.Max(end, 0));
        return string.Equals(key, "prompt", StringComparison.OrdinalIgnoreCase) || string.Equals(key, "workflow", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task WriteTextAsync(Stream target, string key, string? json, CancellationToken cancellationToken)
    {
        if (json is null)
        {
            return;
        }

        byte[] data = Encoding.ASCII.GetBytes("tEXt" + key + "\0" + Escape(json));
        byte[] chunk = new byte[data.Length + 8];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)data.Length - 4);
        data.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 4), Checksum(data));
        await target.WriteAsync(chunk, 0, chunk.Length, cancellationToken).ConfigureAwait(false);
    }

    // As Python writes JSON, and as readers of Latin-1 text expect it: anything beyond ASCII can only stand in a string, where it is escaped.
    private static string Escape(string json)
    {
        var text = new StringBuilder(json.Length);
        foreach (char c in json)
        {
            if (c > '~')
            {
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[count];
        int read = 0;
        while (read < count)
        {
            int more = await stream.ReadAsync(buffer, read, count - read, cancellationToken).ConfigureAwait(false);
            if (more == 0)
            {
                throw MediaErrors.EndsEarly("its last chunk, IEND");
            }

            read += more;
        }

        return buffer;
    }

    private static uint Checksum(byte[] data)
    {
        uint value = uint.MaxValue;
        foreach (byte b in data)
        {
            value = ChecksumTable[(value ^ b) & 0xFF] ^ (value >> 8);
        }

        return ~value;
    }

    // CRC-32 as PNG has it (ISO 3309), polynomial EDB88320 reflected.
    private static uint[] CreateChecksumTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
