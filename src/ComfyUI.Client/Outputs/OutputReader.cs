using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Finds outputs by their shape, not by their key: any list under any key of any node whose items are objects with a <c>filename</c>, and
/// texts. Custom nodes name their keys as they like.
/// </summary>
internal static class OutputReader
{
    /// <summary>Reads <c>outputs</c> of a history entry: <c>{node id: {key: [..]}}</c>.</summary>
    /// <param name="session">The session the outputs come from.</param>
    /// <param name="promptId">The job.</param>
    /// <param name="outputs">The object; null for none.</param>
    /// <param name="meta">The entry's <c>meta</c>, which tells of expanded nodes which node of the prompt they came from; null for none.</param>
    internal static IReadOnlyList<ComfyUIOutput> Read(ComfyUISession? session, string promptId, JsonObject? outputs, JsonObject? meta)
    {
        var result = new List<ComfyUIOutput>();
        if (outputs is null)
        {
            return result;
        }

        foreach (KeyValuePair<string, JsonNode?> node in outputs)
        {
            if (node.Value is not JsonObject kinds)
            {
                continue;
            }

            string nodeId = meta?.Object(node.Key)?.Text("display_node") ?? node.Key;
            foreach (KeyValuePair<string, JsonNode?> kind in kinds)
            {
                // Most keys hold lists; some packs put a single object or text there.
                IEnumerable<JsonNode?> items = kind.Value is JsonArray list ? list : new[] { kind.Value };
                foreach (JsonNode? item in items)
                {
                    if (ReadItem(session, promptId, nodeId, kind.Key, item) is { } output)
                    {
                        result.Add(output);
                    }
                }
            }
        }

        return result;
    }

    private static ComfyUIOutput? ReadItem(ComfyUISession? session, string promptId, string nodeId, string kind, JsonNode? item)
    {
        if (item is JsonObject file && file.Text("filename") is { Length: > 0 } name)
        {
            return new ComfyUIOutput
            {
                PromptId = promptId,
                NodeId = nodeId,
                Kind = kind,
                FileName = name,
                Subfolder = file.Text("subfolder") ?? string.Empty,
                Type = file.Text("type") ?? "output",
                Media = ComfyUIOutput.MediaOf(name),
                Session = session,
            };
        }

        bool isText = kind is "text" or "string" && item is JsonValue value && value.TryGetValue(out string? _);
        return isText
            ? new ComfyUIOutput
            {
                PromptId = promptId,
                NodeId = nodeId,
                Kind = kind,
                Media = ComfyUIOutputMedia.Text,
                Text = item!.GetValue<string>(),
                Session = session,
            }
            : null;
    }
}
