using System;
using System.IO;

namespace ComfyUI.TestServer;

/// <summary>Writes baseline JPEG files (three components, no subsampling, the standard's example tables).</summary>
internal static class JpegEncoder
{
    private static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    // One quantisation step for all coefficients keeps the pictures close to the original.
    private const byte Step = 8;
    private const uint EndOfBlock = 0;

    // All codes of a table are equally long (4 and 8 bits): a code is its symbol's place, and there is nothing to tune.
    private static readonly byte[] DcSymbols = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    private static readonly byte[] AcSymbols = MakeAcSymbols();
    private static readonly double[] Cosines = MakeCosines();

    public static byte[] Encode(PixelImage image)
    {
        image = image.WithChannels(3);
        using var output = new MemoryStream();
        output.Write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        output.Write([0xFF, 0xDB, 0, 67, 0]);
        for (var i = 0; i < 64; i++)
        {
            output.WriteByte(Step);
        }

        output.Write([0xFF, 0xC0, 0, 17, 8, (byte)(image.Height >> 8), (byte)image.Height, (byte)(image.Width >> 8), (byte)image.Width, 3]);
        output.Write([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        Table(output, 0x00, 4, DcSymbols);
        Table(output, 0x10, 8, AcSymbols);
        output.Write([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
        var bits = new BitWriter(output);
        var last = new int[3];
        for (var y = 0; y < image.Height; y += 8)
        {
            for (var x = 0; x < image.Width; x += 8)
            {
                for (var component = 0; component < 3; component++)
                {
                    Block(bits, image, x, y, component, ref last[component]);
                }
            }
        }

        bits.Flush();
        output.Write([0xFF, 0xD9]);
        return output.ToArray();
    }

    private static void Table(Stream output, byte id, int length, byte[] symbols)
    {
        output.Write([0xFF, 0xC4, (byte)((19 + symbols.Length) >> 8), (byte)(19 + symbols.Length), id]);
        for (var i = 1; i <= 16; i++)
        {
            output.WriteByte((byte)(i == length ? symbols.Length : 0));
        }

        output.Write(symbols);
    }

    private static void Block(BitWriter bits, PixelImage image, int left, int top, int component, ref int last)
    {
        Span<double> samples = stackalloc double[64];
        var data = image.Data;
        // A block of one colour, as most of a test picture is, needs neither conversion nor transform.
        var origin = ((top * image.Width) + left) * image.Channels;
        var flat = true;
        for (var i = 0; i < 64; i++)
        {
            var x = Math.Min(image.Width - 1, left + (i & 7));
            var y = Math.Min(image.Height - 1, top + (i >> 3));
            var at = ((y * image.Width) + x) * image.Channels;
            if (flat && i > 0 && data[at] == data[origin] && data[at + 1] == data[origin + 1] && data[at + 2] == data[origin + 2])
            {
                samples[i] = samples[0];
                continue;
            }

            flat &= i == 0;
            double r = data[at], g = data[at + 1], b = data[at + 2];
            samples[i] = component switch
            {
                0 => (0.299 * r) + (0.587 * g) + (0.114 * b) - 128,
                1 => (-0.168736 * r) - (0.331264 * g) + (0.5 * b),
                _ => (0.5 * r) - (0.418688 * g) - (0.081312 * b),
            };
        }

        Span<int> levels = stackalloc int[64];
        levels.Clear();
        if (flat)
        {
            levels[0] = (int)Math.Round(samples[0] * 8 / Step);
        }
        else
        {
            Transform(samples, levels);
        }

        Write(bits, DcCode(levels[0] - last), 4, levels[0] - last);
        last = levels[0];
        var run = 0;
        for (var i = 1; i < 64; i++)
        {
            var level = levels[ZigZag[i]];
            if (level == 0)
            {
                run++;
                continue;
            }

            for (; run > 15; run -= 16)
            {
                bits.Put((uint)Array.IndexOf(AcSymbols, (byte)0xF0), 8);
            }

            Write(bits, (uint)Array.IndexOf(AcSymbols, (byte)((run << 4) | Size(level))), 8, level);
            run = 0;
        }

        if (run > 0)
        {
            bits.Put(EndOfBlock, 8);
        }
    }

    private static void Transform(ReadOnlySpan<double> samples, Span<int> levels)
    {
        Span<double> rows = stackalloc double[64];
        for (var y = 0; y < 8; y++)
        {
            for (var u = 0; u < 8; u++)
            {
                double sum = 0;
                for (var x = 0; x < 8; x++)
                {
                    sum += samples[(y * 8) + x] * Cosines[(u * 8) + x];
                }

                rows[(y * 8) + u] = sum;
            }
        }

        for (var u = 0; u < 8; u++)
        {
            for (var v = 0; v < 8; v++)
            {
                double sum = 0;
                for (var y = 0; y < 8; y++)
                {
                    sum += rows[(y * 8) + u] * Cosines[(v * 8) + y];
                }

                levels[(v * 8) + u] = Math.Clamp((int)Math.Round(sum / Step), -1023, 1023);
            }
        }
    }

    private static uint DcCode(int difference) => (uint)Size(difference);

    private static void Write(BitWriter bits, uint code, int codeLength, int value)
    {
        bits.Put(code, codeLength);
        var size = Size(value);
        bits.Put((uint)(value < 0 ? value + (1 << size) - 1 : value), size);
    }

    private static int Size(int value)
    {
        var size = 0;
        for (var rest = Math.Abs(value); rest > 0; rest >>= 1)
        {
            size++;
        }

        return size;
    }

    // 162 symbols, end of block first; 8-bit codes are simply their places in this list.
    private static byte[] MakeAcSymbols()
    {
        var symbols = new byte[162];
        var count = 1;
        for (var run = 0; run < 16; run++)
        {
            for (var size = 1; size <= 10; size++)
            {
                symbols[count++] = (byte)((run << 4) | size);
            }
        }

        symbols[count] = 0xF0;
        return symbols;
    }

    private static double[] MakeCosines()
    {
        var table = new double[64];
        for (var u = 0; u < 8; u++)
        {
            for (var x = 0; x < 8; x++)
            {
                table[(u * 8) + x] = (u == 0 ? Math.Sqrt(0.125) : 0.5) * Math.Cos(((2 * x) + 1) * u * Math.PI / 16);
            }
        }

        return table;
    }

    private sealed class BitWriter(Stream output)
    {
        private uint held;
        private int count;

        public void Put(uint value, int length)
        {
            held = (held << length) | value;
            for (count += length; count >= 8; count -= 8)
            {
                var next = (byte)(held >> (count - 8));
                output.WriteByte(next);
                if (next == 0xFF)
                {
                    output.WriteByte(0);
                }
            }

            held &= (1u << count) - 1;
        }

        public void Flush()
        {
            if (count > 0)
            {
                Put((1u << (8 - count)) - 1, 8 - count);
            }
        }
    }
}
