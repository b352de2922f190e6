using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;

namespace ComfyUI.Client.Tests;

/// <summary>The server's side of a WebSocket, frame by frame, for what no web server would send.</summary>
internal static class RawSocket
{
    /// <summary>Takes the upgrade that a request asks for.</summary>
    internal static async Task UpgradeAsync(this RawRequest request)
    {
        string key = request.Head.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..];
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        await request.WriteAsync($"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }

    /// <summary>Sends a text message, or a part of one.</summary>
    internal static async Task SendFrameAsync(this RawRequest request, byte[] message, bool isLast = true, bool isFirst = true)
    {
        byte[] length = BitConverter.GetBytes((long)message.Length);
        Array.Reverse(length);
        await request.WriteAsync([(byte)((isLast ? 0x80 : 0) | (isFirst ? 1 : 0)), 127, .. length]);
        await request.WriteAsync(message);
    }

    /// <summary>Says that the socket ends, and leaves the connection open.</summary>
    internal static ValueTask SendCloseAsync(this RawRequest request) => request.WriteAsync([0x88, 2, 0x03, 0xE8]);
}
