using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ComfyUI.Client.Tests.Fuzz;

/// <summary>Makes broken inputs out of good ones: bytes changed, cut, doubled and put in, always the same for the same seed.</summary>
internal static class Mutation
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "true", "NaN", "-Infinity", "Infinity", "1e999", "-", "18446744073709551616", "0.1e-400", "\\ud83d", "\\u0000",
            "\uE0C0\uE0F1NaN", "\uE0C0\uE0F1", "\uFEFF", "\r\n", "\r", "\n", "\t", "'", "#", "=", "export ", " - ", "\u001B[", "\u001B]", "%", "?", "&", "\u202E",
            "\"prompt_id\"", "\"type\"", "\"data\"", "\"nodes\"", "\"required\"", "\"COMBO\"", "\"outputs\"", "\"status\"", "\"messages\"", "\"filename\"", "[[[[[[[[", "{\"a\":{\"a\":",
        }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0],
    ];

    /// <summary>Broken kinds of each sample.</summary>
    internal static IEnumerable<byte[]> Of(IEnumerable<byte[]> samples, int seed, int each)
    {
        var random = new Random(seed);
        foreach (byte[] sample in samples)
        {
            yield return sample;
            for (int i = 0; i < each; i++)
            {
                yield return Change(sample, random);
            }
        }
    }

    internal static IEnumerable<string> Of(IEnumerable<string> samples, int seed, int each)
        => Of(samples.Select(Encoding.UTF8.GetBytes), seed, each).Select(Encoding.UTF8.GetString);

    private static byte[] Change(byte[] sample, Random random)
    {
        var bytes = new List<byte>(sample);
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 4) == 3 ? 700 : 1).SelectMany(piece => piece));
                    break;
                default:
                    byte[] piece = Pieces[random.Next(Pieces.Length)];
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, piece);
                    break;
            }
        }

        return [.. bytes];
    }
}
