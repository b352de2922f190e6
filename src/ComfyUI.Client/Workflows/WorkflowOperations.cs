using System;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Gets workflows ready for a session's server.</summary>
public sealed class WorkflowOperations
{
    private readonly HttpPipeline _pipeline;
    private readonly NodeOperations _nodes;
    private readonly FileDownloader _downloader;

    internal WorkflowOperations(HttpPipeline pipeline, NodeOperations nodes, TaskWatch watch)
    {
        _pipeline = pipeline;
        _nodes = nodes;
        _downloader = new FileDownloader(pipeline, watch);
    }

    /// <summary>
    /// Turns a workflow in UI format into one in API format by the rules of ComfyUI's own interface, with the server's node classes
    /// (<c>GET /object_info</c>) and the replacements it announces (<c>GET /node_replacements</c>). One in API format comes back as it is.
    /// </summary>
    /// <exception cref="ComfyUIValidationException">It cannot be converted; the nodes at fault are named.</exception>
    /// <exception cref="ComfyUIException">The server could not be asked.</exception>
    public async Task<ComfyUIWorkflow> ConvertAsync(ComfyUIWorkflow workflow, CancellationToken cancellationToken = default)
    {
        if (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return workflow;
        }

        ComfyUINodeCatalogue catalogue = await _nodes.GetCatalogueAsync(refresh: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return Convert(workflow, catalogue);
        }
        catch (ComfyUIValidationException e) when (e.ErrorId == ComfyUIErrorId.UnknownNodeClass)
        {
            // The pack may have been installed since, or the server knows what has taken the class's place.
            catalogue = await _nodes.GetCatalogueAsync(refresh: true, cancellationToken).ConfigureAwait(false);
            JsonObject? replacements = await GetReplacementsAsync(cancellationToken).ConfigureAwait(false);
            return Convert(workflow, catalogue, replacements);
        }
    }

    /// <summary>Reads the workflow of a file of this server, such as a picture it made (<c>GET /view</c>).</summary>
    /// <param name="uri">The file's address, on the session's own server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">It is no file of this server, could not be had, or holds no workflow.</exception>
    public async Task<ComfyUIWorkflow> DownloadAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        string root = _pipeline.BaseUri.AbsolutePath;
        if (!Origin.Same(uri, _pipeline.BaseUri) || !uri.AbsolutePath.StartsWith(root, StringComparison.Ordinal))
        {
            throw new ComfyUIConnectionException(
                ComfyUIErrorId.RedirectRefused,
                $"{Redaction.Address(uri)} is not on the session's server, {_pipeline.BaseUri}.")
            {
                RecommendedAction = "Give an address of this server, or download the file first and give its path.",
            };
        }

        string file = Path.Combine(Path.GetTempPath(), "comfyui-" + Guid.NewGuid().ToString("N"));
        try
        {
            HttpCall call = HttpCall.Get(uri.PathAndQuery.Substring(root.Length));
            await _downloader.DownloadAsync((_, _, token) => _pipeline.SendAsync(call, token), file, overwrite: true, mayRepeat: true, cancellationToken).ConfigureAwait(false);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, useAsync: true);
            return await WorkflowReader.FromStreamAsync(stream, Redaction.Address(uri), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Turns a workflow in UI format into one in API format with a catalogue that is at hand.</summary>
    /// <exception cref="ComfyUIValidationException">It cannot be converted; the nodes at fault are named.</exception>
    public static ComfyUIWorkflow Convert(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue) => Convert(workflow, catalogue, null);

    private static ComfyUIWorkflow Convert(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue, JsonObject? replacements)
    {
        if (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return workflow;
        }

        JsonObject document = replacements is null ? workflow.Document : NodeReplacements.Apply(workflow.Document, catalogue, replacements);
        return workflow.Converted(WorkflowConverter.Convert(document, catalogue));
    }

    private async Task<JsonObject?> GetReplacementsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.GetJsonAsync("node_replacements", cancellationToken).ConfigureAwait(false) as JsonObject;
        }
        catch (ComfyUINotFoundException)
        {
            // Servers before 2026 announce none.
            return null;
        }
    }
}
