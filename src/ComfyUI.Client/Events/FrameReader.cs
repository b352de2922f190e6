using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Turns WebSocket messages into events. A message that makes no sense gives null, for custom nodes may send anything and one odd
/// message must not end a run.
/// </summary>
internal static class FrameReader
{
    /// <summary>Reads a text message: <c>{"type", "data"}</c>.</summary>
    internal static ServerEvent? ReadText(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(LoneSurrogates.Replace(NonFiniteNumbers.Quote(utf8)), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            JsonElement root = document.RootElement;
            return root.MemberText("type") is { } type && root.Member("data") is { } data ? Read(type, data) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads a binary message: a big-endian type, then what the type says. The picture is copied.</summary>
    internal static ServerEvent? ReadBinary(ReadOnlySpan<byte> message)
    {
        if (message.Length < 8)
        {
            return null;
        }

        uint type = BinaryPrimitives.ReadUInt32BigEndian(message);
        uint second = BinaryPrimitives.ReadUInt32BigEndian(message.Slice(4));
        ReadOnlySpan<byte> rest = message.Slice(8);
        return type switch
        {
            1 => new PreviewEvent(null, null, second == 2 ? "image/png" : "image/jpeg", rest.ToArray()),
            3 when second <= rest.Length
                => new TextEvent(null, Utf8(rest.Slice(0, (int)second)), Utf8(rest.Slice((int)second))),
            4 when second <= rest.Length => ReadPreviewWithMetadata(rest.Slice(0, (int)second), rest.Slice((int)second)),
            _ => null,
        };
    }

    private static ServerEvent Read(string type, JsonElement data)
    {
        string? promptId = data.MemberText("prompt_id");
        switch (type)
        {
            case "status":
                JsonElement? info = data.Member("status")?.Member("exec_info");
                return new StatusEvent((int?)info?.MemberNumber("queue_remaining"), data.MemberText("sid"));
            case "executing":
                string? node = data.MemberText("node");
                return new ExecutingEvent(promptId, node, data.MemberText("display_node") ?? node);
            case "progress":
                return new ProgressEvent(promptId, data.MemberText("node"), data.MemberNumber("value") ?? 0, data.MemberNumber("max") ?? 0);
            case "progress_state":
                return new ProgressStateEvent(promptId, NodeStates(data));
            case "executed":
                return new ExecutedEvent(
                    promptId,
                    data.MemberText("display_node") ?? data.MemberText("node"),
                    data.Member("output") is { ValueKind: JsonValueKind.Object } output ? Detached(output) : null);
            case "execution_start":
                return new ExecutionStartEvent(promptId, UnixTime.Read(data.MemberNumber("timestamp")));
            case "execution_cached":
                return new ExecutionCachedEvent(promptId, Texts(data.Member("nodes")));
            case "execution_success" or "execution_error" or "execution_interrupted":
                return new ExecutionEndEvent(promptId, type, Detached(data));
            case "logs":
                return new LogsEvent(Detached(data));
            case "feature_flags":
                return new FeatureFlagsEvent(Detached(data));
            default:
                return new OtherEvent(type, promptId);
        }
    }

    private static List<NodeState> NodeStates(JsonElement data)
    {
        var states = new List<NodeState>();
        if (data.Member("nodes") is not { ValueKind: JsonValueKind.Object } nodes)
        {
            return states;
        }

        foreach (JsonProperty node in nodes.EnumerateObject())
        {
            string display = node.Value.MemberText("display_node_id") ?? node.Name;
            states.Add(new NodeState(
                display,
                display != node.Name,
                node.Value.MemberText("state") == "finished",
                node.Value.MemberNumber("value") ?? 0,
                node.Value.MemberNumber("max") ?? 0));
        }

        return states;
    }

    private static List<string> Texts(JsonElement? array)
    {
        var texts = new List<string>();
        if (array is { ValueKind: JsonValueKind.Array } items)
        {
            foreach (JsonElement item in items.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String)
                {
                    texts.Add(item.GetString()!);
                }
            }
        }

        return texts;
    }

    private static PreviewEvent? ReadPreviewWithMetadata(ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> image)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(metadata.ToArray());
            JsonElement root = document.RootElement;
            return new PreviewEvent(
                root.MemberText("prompt_id"),
                root.MemberText("display_node_id") ?? root.MemberText("node_id"),
                root.MemberText("image_type") ?? "image/jpeg",
                image.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The document goes back to its pool after the event is read, so what is kept must own its bytes.
    private static JsonObject Detached(JsonElement element)
        => element.ValueKind == JsonValueKind.Object ? (JsonObject)JsonText.ToNode(element.Clone())! : [];

    private static string Utf8(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.ToArray());
}
