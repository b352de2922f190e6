using System;
using System.Text;
using System.Text.Json.Nodes;

namespace ComfyUI.Benchmarks;

/// <summary>What both floors know of the protocol, and no more: a body with a new id, and three things to look for in answers.</summary>
internal sealed class FloorPrompt
{
    private readonly string _before;

    internal FloorPrompt(string promptJson, string clientId)
        => _before = "{\"prompt\":" + JsonNode.Parse(promptJson)!.ToJsonString() + ",\"client_id\":\"" + clientId + "\",\"prompt_id\":\"";

    /// <summary>The body of <c>POST /prompt</c>.</summary>
    internal byte[] Body(string id) => Encoding.UTF8.GetBytes(_before + id + "\"}");

    /// <summary>Whether a frame says that this job is over: <c>{"type": "executing", "data": {"node": null, "prompt_id": id}}</c>.</summary>
    internal static bool IsEnd(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> id)
        => frame.IndexOf("\"executing\""u8) >= 0 && frame.IndexOf("\"node\": null"u8) >= 0 && frame.IndexOf(id) >= 0;

    /// <summary>The query of <c>GET /view</c> for the first file in a history entry.</summary>
    internal static string ViewQuery(ReadOnlySpan<byte> history, out string fileName)
    {
        fileName = After(history, "\"filename\": \""u8);
        return $"filename={fileName}&subfolder={After(history, "\"subfolder\": \""u8)}&type={After(history, "\"type\": \""u8)}";
    }

    private static string After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        int outputs = Math.Max(0, text.IndexOf("\"outputs\": {"u8));
        ReadOnlySpan<byte> rest = text[outputs..];
        rest = rest[(rest.IndexOf(mark) + mark.Length)..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)'"')]);
    }
}
