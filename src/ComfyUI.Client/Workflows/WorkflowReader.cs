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
        byte[] bytes;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            if (stream.Length > MaxFileBytes)
            {
                throw Invalid(path, $"it is larger than {JsonAccess.Invariant(MaxFileBytes / 1024 / 1024)} MiB");
            }

            using var buffer = new MemoryStream((int)stream.Length);
            await stream.CopyToAsync(buffer, 64 * 1024, cancellationToken).ConfigureAwait(false);
            bytes = buffer.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileFailed, $"The workflow file '{path}' cannot be read: {e.Message}", e)
            {
                RecommendedAction = "Check the path, and that you may read the file.",
            };
        }

        try
        {
            return FromNode(JsonText.Parse(ToUtf8(bytes)), path);
        }
        catch (JsonException e)
        {
            throw NotJson(path, e);
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

        // A body of POST /prompt, as scripts save it.
        if (root["prompt"] is JsonObject inner && inner["class_type"] is null)
        {
            return FromNode(Detach(root, "prompt", inner), source);
        }

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

        return new ComfyUIWorkflow(root, ComfyUIWorkflowFormat.Api, source);
    }

    private static JsonObject Detach(JsonObject parent, string name, JsonObject child)
    {
        parent.Remove(name);
        return child;
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
            RecommendedAction = "Give a workflow saved in the browser with 'Export (API)'.",
        };
    }
}
