using System;

namespace ComfyUI.Client;

/// <summary>Walks through bytes in memory. Every step is checked against the end.</summary>
internal sealed class ByteCursor(ReadOnlyMemory<byte> data, bool littleEndian = false)
{
    internal int Position { get; private set; }

    internal int Remaining => data.Length - Position;

    /// <summary>Moves to an offset from the first byte.</summary>
    /// <exception cref="ComfyUIValidationException">There are no such bytes, as in all methods here.</exception>
    internal void Seek(long offset)
    {
        Position = 0;
        Take(offset);
    }

    /// <summary>The next bytes.</summary>
    internal ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw MediaErrors.Truncated(count, Remaining);
        }

        ReadOnlyMemory<byte> taken = data.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>All bytes that are left.</summary>
    internal ReadOnlyMemory<byte> TakeRest() => Take(Remaining);

    /// <summary>The bytes before the next zero byte, which is stepped over.</summary>
    internal ReadOnlyMemory<byte> TakeToZero()
    {
        int length = data.Span.Slice(Position).IndexOf((byte)0);
        if (length < 0)
        {
            throw MediaErrors.Invalid("a name in it has no end");
        }

        ReadOnlyMemory<byte> taken = Take(length);
        Position++;
        return taken;
    }

    /// <summary>An unsigned integer of up to 8 bytes; 0 of no bytes.</summary>
    internal ulong ReadUnsigned(int bytes)
    {
        ReadOnlySpan<byte> source = Take(bytes).Span;
        ulong value = 0;
        for (int i = 0; i < bytes; i++)
        {
            value = (value << 8) | source[littleEndian ? bytes - 1 - i : i];
        }

        return value;
    }

    internal byte ReadByte() => (byte)ReadUnsigned(1);

    internal ushort ReadUInt16() => (ushort)ReadUnsigned(2);

    internal uint ReadUInt32() => (uint)ReadUnsigned(4);
}
