using System;
using System.Buffers.Binary;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>Builds the binary frames; all their numbers are big-endian.</summary>
internal static class BinaryFrames
{
    /// <summary>Type 1: a picture that says nothing about where it comes from.</summary>
    public static byte[] Preview(NodePreview preview) =>
        Join(1, preview.Png ? 2u : 1u, [], preview.Encoded);

    /// <summary>Type 4: JSON about the node, then the picture.</summary>
    public static byte[] PreviewWithMetadata(NodePreview preview, PyDict identity)
    {
        var metadata = new PyDict(identity) { ["image_type"] = preview.Png ? "image/png" : "image/jpeg" };
        var json = PyJsonWriter.WriteBytes(metadata);
        return Join(4, (uint)json.Length, json, preview.Encoded);
    }

    /// <summary>Type 3: a node's text.</summary>
    public static byte[] Text(string nodeId, string text)
    {
        var id = Encoding.UTF8.GetBytes(nodeId);
        return Join(3, (uint)id.Length, id, Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Join(uint type, uint second, byte[] head, byte[] body)
    {
        var frame = new byte[8 + head.Length + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, type);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), second);
        head.CopyTo(frame, 8);
        body.CopyTo(frame, 8 + head.Length);
        return frame;
    }
}
