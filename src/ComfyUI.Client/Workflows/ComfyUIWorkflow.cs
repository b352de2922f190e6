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
        UIDocument = format == ComfyUIWorkflowFormat.UI ? document : null;
    }

    /// <summary>How the workflow is written down.</summary>
    public ComfyUIWorkflowFormat Format { get; }

    /// <summary>The file it was read from, or what else tells a person where it is from; null when nothing does.</summary>
    public string? Source { get; }

    /// <summary>How many nodes it has.</summary>
    public int NodeCount => Format == ComfyUIWorkflowFormat.Api ? Document.Count : Document.Array("nodes")?.Count ?? 0;

    /// <summary>What could not be read or converted quite as it was meant; empty when all could.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The document. It is shared: nobody may change it.</summary>
    internal JsonObject Document { get; }

    /// <summary>
    /// The same workflow in UI format, which goes along with a run so that its pictures open in the browser as they were made; null when
    /// there is none. For a workflow in UI format, the document itself. Shared, too.
    /// </summary>
    internal JsonObject? UIDocument { get; init; }

    /// <summary>The other things that belonged to the prompt where it was read, for <c>extra_data</c>; null for none.</summary>
    internal JsonObject? ExtraData { get; init; }

    /// <summary>Reads a workflow from JSON text: API format, UI format, a body of <c>POST /prompt</c>, or an entry of the history.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ComfyUIValidationException">The text is no JSON, or no workflow.</exception>
    public static ComfyUIWorkflow Parse(string json, string? source = null) => WorkflowReader.FromText(json, source);

    /// <summary>
    /// Reads a workflow from a file: JSON in UTF-8, or in UTF-16 with a byte order mark, or a picture, sound, video or model that has the
    /// workflow it was made with inside. Of such a file the media are not loaded.
    /// </summary>
    /// <exception cref="ComfyUIValidationException">The file is no workflow, and has none inside.</exception>
    /// <exception cref="ComfyUIException">The file cannot be read.</exception>
    public static Task<ComfyUIWorkflow> ReadAsync(string path, CancellationToken cancellationToken = default)
        => WorkflowReader.FromFileAsync(path, cancellationToken);

    /// <summary>The same workflow with other values for some inputs.</summary>
    /// <param name="values">
    /// Names such as <c>6.text</c>, <c>My title.text</c> or <c>KSampler.seed</c>, with JSON values. The longest part before a dot that
    /// names a node (by id, else title, else class when only one node has it) names the node, the rest the input.
    /// </param>
    /// <param name="catalogue">
    /// The server's node classes. They are needed for a workflow in UI format, which stays in UI format, and to keep the UI document that came
    /// along with a prompt true: without them, or where it cannot be made to say the same, it is left behind. Values are not checked.
    /// </param>
    /// <exception cref="ComfyUIValidationException">A name matches nothing, or more than one thing, or the change cannot be made in UI format.</exception>
    public ComfyUIWorkflow WithInputs(IEnumerable<KeyValuePair<string, JsonNode?>> values, ComfyUINodeCatalogue? catalogue = null)
    {
        var edits = new List<WorkflowEdit>();
        foreach (KeyValuePair<string, JsonNode?> value in values)
        {
            edits.Add(new ValueEdit(value.Key, JsonText.Clone(value.Value)));
        }

        return WorkflowEditor.Apply(this, edits, catalogue, check: false);
    }

    /// <summary>The same workflow with this seed in every input called <c>seed</c> or <c>noise_seed</c> that is not linked.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="catalogue">As for <see cref="WithInputs"/>.</param>
    /// <exception cref="ComfyUIValidationException">It has no such input.</exception>
    public ComfyUIWorkflow WithSeed(ulong seed, ComfyUINodeCatalogue? catalogue = null) => WorkflowEditor.SetSeed(this, seed, catalogue);

    /// <summary>The document as JSON text.</summary>
    public string ToJson(bool indented = true) => JsonText.Write(Document, indented);

    /// <summary>Where it is from, its format and size.</summary>
    public override string ToString()
        => $"{Source ?? "workflow"} ({(Format == ComfyUIWorkflowFormat.Api ? "API" : "UI")} format, {JsonAccess.Invariant(NodeCount)} nodes)";

    /// <summary>A copy of the document, to be changed and made into another workflow.</summary>
    internal JsonObject CopyDocument() => (JsonObject)JsonText.Clone(Document)!;

    /// <summary>The same with one more warning.</summary>
    internal ComfyUIWorkflow WithWarning(string warning) => new(Document, Format, Source)
    {
        UIDocument = UIDocument,
        ExtraData = ExtraData,
        Warnings = [.. Warnings, warning],
    };

    /// <summary>The same with another document of the same format.</summary>
    internal ComfyUIWorkflow With(JsonObject document) => new(document, Format, Source)
    {
        UIDocument = Format == ComfyUIWorkflowFormat.UI ? document : UIDocument,
        ExtraData = ExtraData,
        Warnings = Warnings,
    };

    /// <summary>The same in API format, made of this one.</summary>
    internal ComfyUIWorkflow Converted(ConversionResult result)
    {
        var warnings = new List<string>(Warnings);
        foreach (ComfyUIConversionWarning warning in result.Warnings)
        {
            warnings.Add(warning.ToString());
        }

        return new ComfyUIWorkflow(result.Prompt, ComfyUIWorkflowFormat.Api, Source)
        {
            UIDocument = result.Workflow,
            ExtraData = ExtraData,
            Warnings = warnings,
        };
    }
}
