using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>A workflow: a graph of nodes for a ComfyUI server to run. It never changes; editing gives another one.</summary>
/// <remarks>What this library does not understand in the document is kept, and numbers keep the text they were read with.</remarks>
public sealed class ComfyUIWorkflow
{
    internal ComfyUIWorkflow(JsonObject document, ComfyUIWorkflowFormat format, string? source)
    {
        Document = document;
        Format = format;
        Source = source;
    }

    /// <summary>How the workflow is written down.</summary>
    public ComfyUIWorkflowFormat Format { get; }

    /// <summary>The file it was read from, or what else tells a person where it is from; null when nothing does.</summary>
    public string? Source { get; }

    /// <summary>How many nodes it has.</summary>
    public int NodeCount => Format == ComfyUIWorkflowFormat.Api ? Document.Count : Document.Array("nodes")?.Count ?? 0;

    /// <summary>The document. It is shared: nobody may change it.</summary>
    internal JsonObject Document { get; }

    /// <summary>Reads a workflow from JSON text: API format, UI format, or a body of <c>POST /prompt</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ComfyUIValidationException">The text is no JSON, or no workflow.</exception>
    public static ComfyUIWorkflow Parse(string json, string? source = null) => WorkflowReader.FromText(json, source);

    /// <summary>Reads a workflow from a file: UTF-8, or UTF-16 with a byte order mark.</summary>
    /// <exception cref="ComfyUIValidationException">The file is no workflow.</exception>
    /// <exception cref="ComfyUIException">The file cannot be read.</exception>
    public static Task<ComfyUIWorkflow> ReadAsync(string path, CancellationToken cancellationToken = default)
        => WorkflowReader.FromFileAsync(path, cancellationToken);

    /// <summary>The same workflow with other values for some inputs.</summary>
    /// <param name="values">
    /// Names such as <c>6.text</c>, <c>My title.text</c> or <c>KSampler.seed</c>, with JSON values. The longest part before a dot that
    /// names a node (by id, else title, else class when only one node has it) names the node, the rest the input.
    /// </param>
    /// <exception cref="ComfyUIValidationException">A name matches nothing, or more than one thing.</exception>
    public ComfyUIWorkflow WithInputs(IEnumerable<KeyValuePair<string, JsonNode?>> values) => WorkflowInputs.Set(this, values);

    /// <summary>The same workflow with this seed in every input called <c>seed</c> or <c>noise_seed</c> that is not linked.</summary>
    /// <exception cref="ComfyUIValidationException">It has no such input.</exception>
    public ComfyUIWorkflow WithSeed(ulong seed) => WorkflowInputs.SetSeed(this, seed);

    /// <summary>The document as JSON text.</summary>
    public string ToJson(bool indented = true) => JsonText.Write(Document, indented);

    /// <summary>Where it is from, its format and size.</summary>
    public override string ToString()
        => $"{Source ?? "workflow"} ({(Format == ComfyUIWorkflowFormat.Api ? "API" : "UI")} format, {JsonAccess.Invariant(NodeCount)} nodes)";

    /// <summary>The document as the server runs it.</summary>
    /// <exception cref="ComfyUIValidationException">It is in UI format.</exception>
    internal JsonObject RequireApiDocument()
    {
        if (Format == ComfyUIWorkflowFormat.Api)
        {
            return Document;
        }

        throw new ComfyUIValidationException(
            ComfyUIErrorId.UnsupportedWorkflowFormat,
            $"{Source ?? "The workflow"} is in the format that the browser saves (UI format). The server runs API format only.")
        {
            RecommendedAction = "In the browser, save it with 'Export (API)' and use that file.",
        };
    }

    /// <summary>A copy of the document, to be changed and made into another workflow.</summary>
    internal JsonObject CopyDocument() => (JsonObject)JsonText.Clone(Document)!;
}
