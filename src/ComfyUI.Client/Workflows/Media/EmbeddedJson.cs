using System;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A graph as JSON text and as a tree.</summary>
internal sealed record EmbeddedGraph(string Text, JsonObject Root);

/// <summary>Reads the JSON that is embedded in media files.</summary>
internal static class EmbeddedJson
{
    private const int MaxEncodings = 16;
    private static readonly char[] Padding = ['\0', ' ', '\t', '\r', '\n', '\uFEFF'];

    /// <summary>Reads a graph; text that was encoded as a JSON string once or more, as re-saved videos have it, is decoded first.</summary>
    /// <exception cref="ComfyUIValidationException">It is no JSON object: <see cref="ComfyUIErrorId.InvalidWorkflow"/>.</exception>
    internal static EmbeddedGraph ReadGraph(string key, string text)
    {
        for (int i = 0; i < MaxEncodings; i++)
        {
            text = text.Trim(Padding);
            if (!TryParse(Encoding.UTF8.GetBytes(text), out JsonNode? node, out string problem))
            {
                throw NotAGraph(key, problem);
            }

            if (node is JsonObject root)
            {
                return new EmbeddedGraph(text, root);
            }

            if (node is not JsonValue value || !value.TryGetValue(out string? inner))
            {
                break;
            }

            text = inner;
        }

        throw NotAGraph(key, "it is JSON, but not an object");
    }

    /// <summary>The text of a member: itself when it is a string, else its JSON.</summary>
    internal static string TextOf(JsonNode? node)
        => node is JsonValue value && value.TryGetValue(out string? text) ? text : JsonText.Write(node);

    /// <summary>Parses JSON that is part of a format itself.</summary>
    /// <exception cref="ComfyUIValidationException">It cannot be read: <see cref="ComfyUIErrorId.InvalidMediaFile"/>.</exception>
    internal static JsonNode? ParseHeader(ReadOnlyMemory<byte> utf8)
        => TryParse(utf8, out JsonNode? node, out string problem) ? node : throw MediaErrors.Invalid($"its JSON part cannot be read: {problem}");

    /// <summary>The JSON object a text is; null when it is any other text, which is not an error.</summary>
    internal static JsonObject? TryParseObject(string text)
    {
        text = text.Trim(Padding);
        return text.Length > 0 && text[0] == '{' && TryParse(Encoding.UTF8.GetBytes(text), out JsonNode? node, out _) ? node as JsonObject : null;
    }

    private static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonNode? node, out string problem)
    {
        node = null;
        problem = string.Empty;
        try
        {
            node = JsonText.Parse(utf8);
            return true;
        }
        catch (JsonException failure)
        {
            problem = $"it is not JSON (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1})";
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json's answer to half a surrogate pair.
            problem = "it has half a character";
        }

        return false;
    }

    private static ComfyUIValidationException NotAGraph(string key, string why)
        => new(ComfyUIErrorId.InvalidWorkflow, $"The text '{key}' in the file is not a graph: {why}.");
}
