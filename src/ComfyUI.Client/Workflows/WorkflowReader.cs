using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Reads workflows and tells their formats apart.</summary>
internal static class WorkflowReader
{
    /// <summary>The largest file taken for a workflow. The server's own limit for a prompt is 100 MiB.</summary>
    private const long MaxFileBytes = 128L * 1024 * 1024;

    internal static ComfyUIWorkflow FromText(string json, string? source)
    {
        try
        {
            return FromNode(JsonText.Parse(json), source);
        }
        catch (JsonException e)
        {
            throw NotJson(source, e);
        }
    }

    internal static async Task<ComfyUIWorkflow> FromFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            return await FromStreamAsync(stream, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw FileErrors.Unreadable("workflow file", path, e);
        }
    }

    /// <summary>Reads JSON, or what is inside a media file.</summary>
    /// <param name="stream">The file, seekable.</param>
    /// <param name="source">Its path, or where else it is from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<ComfyUIWorkflow> FromStreamAsync(Stream stream, string source, CancellationToken cancellationToken)
    {
        byte[] start = new byte[64];
        int length = await stream.ReadAsync(start, 0, start.Length, cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            throw Invalid(source, "it is empty");
        }

        stream.Position = 0;
        if (!LooksLikeText(start.AsSpan(0, length)))
        {
            return FromEmbedded(await EmbeddedWorkflowReader.ReadAsync(stream, source, cancellationToken).ConfigureAwait(false), source);
        }

        if (stream.Length > MaxFileBytes)
        {
            throw Invalid(source, $"it is larger than {JsonAccess.Invariant(MaxFileBytes / 1024 / 1024)} MiB");
        }

        using var buffer = new MemoryStream((int)stream.Length);
        await stream.CopyToAsync(buffer, 64 * 1024, cancellationToken).ConfigureAwait(false);
        try
        {
            return FromNode(JsonText.Parse(ToUtf8(buffer.ToArray())), source);
        }
        catch (JsonException e)
        {
            throw NotJson(source, e);
        }
    }

    /// <summary>Recognises what a JSON value is.</summary>
    /// <exception cref="ComfyUIValidationException">It is no workflow.</exception>
    internal static ComfyUIWorkflow FromNode(JsonNode? node, string? source)
    {
        if (node is not JsonObject root)
        {
            throw Invalid(source, "its JSON is not an object");
        }

        if (root["nodes"] is JsonArray)
        {
            return new ComfyUIWorkflow(root, ComfyUIWorkflowFormat.UI, source);
        }

        if (Unwrap(root) is { } wrapped)
        {
            ComfyUIWorkflow inner = FromNode(wrapped.Graph, source);
            return new ComfyUIWorkflow(inner.Document, inner.Format, source)
            {
                UIDocument = inner.UIDocument ?? UIDocumentIn(wrapped.ExtraData),
                ExtraData = wrapped.ExtraData,
            };
        }

        CheckPrompt(root, source);
        return new ComfyUIWorkflow(root, ComfyUIWorkflowFormat.Api, source);
    }

    // The prompt is what was really run, so it is what runs again; the UI document goes along.
    private static ComfyUIWorkflow FromEmbedded(EmbeddedWorkflow embedded, string source)
    {
        ComfyUIWorkflow workflow = FromNode(embedded.Prompt ?? embedded.Workflow, source);
        return new ComfyUIWorkflow(workflow.Document, workflow.Format, source)
        {
            UIDocument = embedded.Workflow,
            Warnings = embedded.Warnings,
        };
    }

    private static (JsonObject Graph, JsonObject? ExtraData)? Unwrap(JsonObject root)
    {
        switch (root["prompt"])
        {
            // A body of POST /prompt, as scripts save it.
            case JsonObject graph when graph["class_type"] is null && root["class_type"] is null:
                return (graph, root.Object("extra_data"));

            // An entry of the history: [number, id, graph, extra_data, outputs].
            case JsonArray { Count: > 2 } item when item[2] is JsonObject graph:
                return (graph, item.Count > 3 ? item[3] as JsonObject : null);
        }

        if (root["workflow"] is JsonObject workflow && workflow["class_type"] is null && root["class_type"] is null)
        {
            return (workflow, null);
        }

        // The whole answer of GET /history/{id}.
        if (root.Count == 1)
        {
            foreach (KeyValuePair<string, JsonNode?> only in root)
            {
                if (only.Value is JsonObject entry && entry["prompt"] is JsonArray && entry["class_type"] is null)
                {
                    return Unwrap(entry);
                }
            }
        }

        return null;
    }

    private static JsonObject? UIDocumentIn(JsonObject? extraData)
        => extraData?.Object("extra_pnginfo")?.Object("workflow") is { } document && document["nodes"] is JsonArray ? document : null;

    private static void CheckPrompt(JsonObject root, string? source)
    {
        if (root.Count == 0)
        {
            throw Invalid(source, "it has no nodes");
        }

        foreach (KeyValuePair<string, JsonNode?> entry in root)
        {
            if (entry.Value is not JsonObject entryNode || string.IsNullOrEmpty(entryNode.Text("class_type")))
            {
                throw Invalid(source, $"'{Redaction.ServerLine(entry.Key, 60)}' is no node: it has no class_type");
            }

            if (entryNode["inputs"] is not JsonObject)
            {
                throw Invalid(source, $"node {Redaction.ServerLine(entry.Key, 60)} ({entryNode.Text("class_type")}) has no inputs");
            }
        }
    }

    // JSON begins with a brace after white space; UTF-16 with its mark. Text that is no JSON is told so, and is not taken for a picture.
    private static bool LooksLikeText(ReadOnlySpan<byte> start)
    {
        // Files of tensors begin with the length of their header, which may read like a brace or a mark.
        if (start.Length >= 8 && start.Slice(4, 4).SequenceEqual("\0\0\0\0"u8))
        {
            return false;
        }

        if (start.StartsWith("\uFEFF"u8))
        {
            start = start.Slice(3);
        }

        if (start.Length >= 2 && ((start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF)))
        {
            return true;
        }

        foreach (byte b in start)
        {
            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            return b is (byte)'{' or (byte)'[';
        }

        return false;
    }

    // Windows PowerShell's > writes UTF-16; its Set-Content -Encoding UTF8 a byte order mark, which the JSON reader takes.
    private static ReadOnlyMemory<byte> ToUtf8(byte[] bytes)
    {
        if (bytes.Length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
        {
            return Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2));
        }

        if (bytes.Length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF)
        {
            return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2));
        }

        return bytes;
    }

    private static ComfyUIValidationException NotJson(string? source, JsonException e)
    {
        string where = e.LineNumber is { } line ? $" (line {JsonAccess.Invariant(line + 1)})" : string.Empty;
        return Invalid(source, $"it is not JSON{where}", e);
    }

    private static ComfyUIValidationException Invalid(string? source, string reason, Exception? cause = null)
    {
        string what = source is null ? "The text" : $"'{source}'";
        return new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, $"{what} is not a workflow: {reason}.", cause)
        {
            RecommendedAction = "Give a workflow as the browser saves or exports it, or a picture that ComfyUI made.",
        };
    }
}
