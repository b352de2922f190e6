using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>A request as its bytes, with as much of HTTP understood as a proxy needs to know where it ends.</summary>
internal sealed record ChaosRequest(byte[] Bytes, string Head)
{
    private static readonly byte[] endOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] endOfChunks = "\r\n0\r\n\r\n"u8.ToArray();

    public string Path => Head.Split(' ', 3)[1];

    public bool IsUpgrade => Head.Contains("\r\nUpgrade: websocket", StringComparison.OrdinalIgnoreCase);

    public bool IsAboutOneJob => Head.StartsWith("GET ", StringComparison.Ordinal) && Path.Contains("/history/", StringComparison.Ordinal);

    /// <summary>Reads the next request of a connection; null when there is none any more. Clients do not send the next one before they have the answer.</summary>
    public static async Task<ChaosRequest?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        string? head = null;
        long end = long.MaxValue;
        while (bytes.Length < end)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
            var soFar = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
            if (head is null && soFar.Span.IndexOf(endOfHead) is var at and >= 0)
            {
                head = Encoding.Latin1.GetString(soFar.Span[..(at + endOfHead.Length)]);
                end = IsChunked(head) ? long.MaxValue : head.Length + (Length(head) ?? 0);
            }

            if (head is not null && IsChunked(head) && soFar.Span.EndsWith(endOfChunks))
            {
                break;
            }
        }

        return new ChaosRequest(bytes.ToArray(), head!);
    }

    /// <summary>The request, asking the server to close the connection after the answer.</summary>
    public byte[] ForOneAnswer()
    {
        var line = Head.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        return [.. Bytes[..line], .. "Connection: close\r\n"u8, .. Bytes[line..]];
    }

    /// <summary>An answer without the server's word that it closes the connection.</summary>
    public static byte[] WithoutClose(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf(endOfHead);
        if (end < 0)
        {
            return answer;
        }

        var head = Encoding.Latin1.GetString(answer, 0, end).Replace("\r\nConnection: close", "", StringComparison.OrdinalIgnoreCase);
        return [.. Encoding.Latin1.GetBytes(head), .. answer[end..]];
    }

    /// <summary>Whether an answer says where it ends.</summary>
    public static bool HasFraming(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf(endOfHead);
        var head = end < 0 ? "" : Encoding.Latin1.GetString(answer, 0, end + endOfHead.Length);
        return Length(head) is not null || IsChunked(head);
    }

    private static bool IsChunked(string head) => head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);

    private static long? Length(string head)
    {
        const string Name = "\r\nContent-Length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : long.Parse(head.AsSpan(at + Name.Length, head.IndexOf("\r\n", at + 2, StringComparison.Ordinal) - at - Name.Length).Trim(), CultureInfo.InvariantCulture);
    }
}
