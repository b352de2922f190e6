using System;
using System.Buffers.Binary;
using System.Globalization;

namespace ComfyUI.Client;

/// <summary>
/// A sum that tells whether bytes on this machine's disk are still those that were written. It is no protection from somebody who means it; eight
/// bytes at a time, 20 MB take milliseconds everywhere.
/// </summary>
internal static class Checksum
{
    /// <summary>How long the text of a sum is.</summary>
    internal const int TextLength = 16;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    /// <summary>The sum of the bytes: 16 hexadecimal digits.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        ulong sum = Add(0, (ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            sum = Add(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes.Slice(sizeof(ulong));
        }

        foreach (byte last in bytes)
        {
            sum = Add(sum, last);
        }

        return sum.ToString("x16", CultureInfo.InvariantCulture);
    }

    // Each step can be undone, so one changed place always changes the sum. Turning it keeps two changes of a top bit from undoing each other.
    private static ulong Add(ulong sum, ulong next)
    {
        sum ^= next;
        return ((sum << 29) | (sum >> 35)) * Multiplier;
    }
}
