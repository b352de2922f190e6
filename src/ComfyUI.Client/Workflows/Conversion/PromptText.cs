using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Takes the nodes of a prompt as JSON text. An object for each value of a prompt of thousands of nodes is what the garbage collector would
/// carry about while the rest is written; out of text they are made where somebody looks.
/// </summary>
internal sealed class PromptText : IDisposable
{
    // Enough for dozens of nodes. With its index it stays below the size from which on the runtime keeps arrays apart from other objects.
    private const int PartBytes = 16 * 1024;

    private readonly MemoryStream _stream = new();
    private readonly Utf8JsonWriter _writer;
    private readonly List<string> _ids = [];
    private readonly JsonObject _prompt = new();

    internal PromptText() => _writer = JsonText.CreateWriter(_stream, indented: false);

    /// <summary>Begins a node, which is to be written next.</summary>
    internal Utf8JsonWriter Begin(string id)
    {
        if (_writer.BytesCommitted + _writer.BytesPending >= PartBytes)
        {
            EndPart();
        }

        if (_ids.Count == 0)
        {
            _writer.WriteStartArray();
        }

        _ids.Add(id);
        return _writer;
    }

    /// <summary>The prompt: each node by its id.</summary>
    internal JsonObject End()
    {
        EndPart();
        return _prompt;
    }

    public void Dispose() => _writer.Dispose();

    private void EndPart()
    {
        if (_ids.Count == 0)
        {
            return;
        }

        _writer.WriteEndArray();
        _writer.Flush();
        int next = 0;
        foreach (JsonNode? node in JsonText.ReadList(_stream.GetBuffer().AsMemory(0, (int)_stream.Length)))
        {
            _prompt[_ids[next++]] = node;
        }

        _ids.Clear();
        _stream.SetLength(0);
        _writer.Reset();
    }
}
