using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
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
    public Task<ComfyUIWorkflow> ConvertAsync(ComfyUIWorkflow workflow, CancellationToken cancellationToken = default)
        => ConvertAsync(workflow, Catalogue(), cancellationToken);

    /// <summary>
    /// Finds what is wrong with a workflow, as <see cref="WorkflowValidator.Validate"/> does, with the server's node classes and the replacements
    /// it announces. When a class or choice is missing in the classes that are kept, the server is asked for its own, if it answers.
    /// </summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The problems; none when the server would take the workflow.</returns>
    /// <exception cref="ComfyUIException">The server could not be asked.</exception>
    public Task<IReadOnlyList<ComfyUIWorkflowProblem>> ValidateAsync(ComfyUIWorkflow workflow, CancellationToken cancellationToken = default)
        => ValidateAsync(workflow, Catalogue(), cancellationToken);

    /// <summary>The server's classes, for one or several of the things done here.</summary>
    internal CatalogueInUse Catalogue() => new(_nodes);

    internal async Task<ComfyUIWorkflow> ConvertAsync(ComfyUIWorkflow workflow, CatalogueInUse classes, CancellationToken cancellationToken)
    {
        if (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return workflow;
        }

        ComfyUINodeCatalogue catalogue = await classes.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Convert(workflow, catalogue);
        }
        catch (ComfyUIValidationException e) when (e.ErrorId == ComfyUIErrorId.UnknownNodeClass)
        {
            // The pack may have been installed since, or the server knows what has taken the class's place.
            catalogue = await classes.GetNewerAsync(cancellationToken).ConfigureAwait(false) ?? catalogue;
            return Convert(await ReplaceAsync(workflow, catalogue, cancellationToken).ConfigureAwait(false), catalogue);
        }
    }

    internal async Task<IReadOnlyList<ComfyUIWorkflowProblem>> ValidateAsync(ComfyUIWorkflow workflow, CatalogueInUse classes, CancellationToken cancellationToken)
    {
        ComfyUINodeCatalogue catalogue = await classes.GetAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ComfyUIWorkflowProblem> problems = WorkflowValidator.Validate(workflow, catalogue);
        if (problems.Any(problem => problem.Type is WorkflowValidator.MissingClass or WorkflowValidator.MissingChoice)
            && await classes.GetNewerAsync(cancellationToken).ConfigureAwait(false) is { } newer)
        {
            catalogue = newer;
            problems = WorkflowValidator.Validate(workflow, catalogue);
        }

        return problems.Any(problem => problem.Type == WorkflowValidator.MissingClass)
            ? WorkflowValidator.Validate(await ReplaceAsync(workflow, catalogue, cancellationToken).ConfigureAwait(false), catalogue)
            : problems;
    }

    /// <summary>
    /// Sets inputs and seed. A workflow in UI format stays one where it has room for the values, and the UI document that came with a prompt is
    /// kept true to it, so that the pictures of a run open in the browser as they were made.
    /// </summary>
    /// <param name="workflow">The workflow. It is not changed.</param>
    /// <param name="values">As for <see cref="ComfyUIWorkflow.WithInputs"/>.</param>
    /// <param name="seed">As for <see cref="ComfyUIWorkflow.WithSeed"/>; null to leave the seeds as they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIValidationException">A name matches nothing, or more than one thing; or a workflow in UI format cannot be converted.</exception>
    public Task<ComfyUIWorkflow> SetInputsAsync(
        ComfyUIWorkflow workflow, IReadOnlyList<KeyValuePair<string, JsonNode?>> values, ulong? seed = null, CancellationToken cancellationToken = default)
        => SetInputsAsync(workflow, values, seed, Catalogue(), cancellationToken);

    internal async Task<ComfyUIWorkflow> SetInputsAsync(
        ComfyUIWorkflow workflow, IReadOnlyList<KeyValuePair<string, JsonNode?>> values, ulong? seed, CatalogueInUse classes, CancellationToken cancellationToken)
    {
        if (values.Count == 0 && seed is null)
        {
            return workflow;
        }

        ComfyUINodeCatalogue? catalogue = await FindCatalogueAsync(workflow, classes, cancellationToken).ConfigureAwait(false);
        try
        {
            return SetInputs(workflow, values, seed, catalogue);
        }
        catch (ComfyUIValidationException e) when (workflow.Format == ComfyUIWorkflowFormat.UI && e.ErrorId == ComfyUIErrorId.WorkflowNotEditable)
        {
            // What the document has no room for, its prompt has.
            ComfyUIWorkflow prompt = await ConvertAsync(workflow, classes, cancellationToken).ConfigureAwait(false);
            return SetInputs(prompt, values, seed, catalogue);
        }
    }

    /// <summary>
    /// Gives a workflow new seeds. In UI format each goes by its own <c>control_after_generate</c>, as in the browser between runs: a fixed one
    /// stays, others count up or down or are random. A prompt does not say; all its inputs called <c>seed</c> or <c>noise_seed</c> that are not
    /// linked get one random number below 2^50.
    /// </summary>
    /// <param name="workflow">The workflow. It is not changed.</param>
    /// <param name="runs">How many runs later it is to be, from 1: a seed that counts up does so as often.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The workflow; with a warning when all its seeds are fixed.</returns>
    /// <exception cref="ComfyUIValidationException">It has no seeds; or a workflow in UI format cannot be converted.</exception>
    public Task<ComfyUIWorkflow> RandomizeSeedsAsync(ComfyUIWorkflow workflow, int runs = 1, CancellationToken cancellationToken = default)
        => RandomizeSeedsAsync(workflow, runs, Catalogue(), cancellationToken);

    internal async Task<ComfyUIWorkflow> RandomizeSeedsAsync(ComfyUIWorkflow workflow, int runs, CatalogueInUse classes, CancellationToken cancellationToken)
    {
        ComfyUINodeCatalogue? catalogue = await FindCatalogueAsync(workflow, classes, cancellationToken).ConfigureAwait(false);
        List<KeyValuePair<string, JsonNode?>> seeds = [];
        try
        {
            return WorkflowEditor.RandomizeSeeds(workflow, runs, catalogue, out seeds);
        }
        catch (ComfyUIValidationException e) when (seeds.Count > 0 && e.ErrorId == ComfyUIErrorId.WorkflowNotEditable)
        {
            ComfyUIWorkflow prompt = await ConvertAsync(workflow, classes, cancellationToken).ConfigureAwait(false);
            return prompt.WithInputs(seeds, catalogue);
        }
    }

    private static ComfyUIWorkflow SetInputs(
        ComfyUIWorkflow workflow, IReadOnlyList<KeyValuePair<string, JsonNode?>> values, ulong? seed, ComfyUINodeCatalogue? catalogue)
    {
        ComfyUIWorkflow edited = values.Count > 0 ? workflow.WithInputs(values, catalogue) : workflow;
        return seed is { } number ? edited.WithSeed(number, catalogue) : edited;
    }

    // A prompt can be run without: then only the UI document that came with it stays behind.
    private async Task<ComfyUINodeCatalogue?> FindCatalogueAsync(ComfyUIWorkflow workflow, CatalogueInUse classes, CancellationToken cancellationToken)
    {
        if (workflow.UIDocument is null)
        {
            return null;
        }

        try
        {
            // A prompt is edited without the definitions of its classes, too: not worth a question to the server for each run.
            return workflow.Format == ComfyUIWorkflowFormat.Api
                ? await classes.GetAsync(cancellationToken).ConfigureAwait(false)
                : await classes.GetForAsync(workflow, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException) when (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            return null;
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
    public static ComfyUIWorkflow Convert(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue)
        => workflow.Format == ComfyUIWorkflowFormat.Api ? workflow : workflow.Converted(WorkflowConverter.Convert(workflow.Document, workflow.Text, catalogue));

    /// <summary>The workflow with the classes that the server says have taken the place of those it lacks.</summary>
    private async Task<ComfyUIWorkflow> ReplaceAsync(ComfyUIWorkflow workflow, ComfyUINodeCatalogue catalogue, CancellationToken cancellationToken)
        => await GetReplacementsAsync(cancellationToken).ConfigureAwait(false) is { } rules ? NodeReplacements.Apply(workflow, catalogue, rules) : workflow;

    private async Task<JsonObject?> GetReplacementsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.GetJsonAsync("node_replacements", cancellationToken).ConfigureAwait(false) as JsonObject;
        }
        catch (ComfyUIException)
        {
            // Servers before 2026 announce none; and what is missing stays the error that is told when this one cannot be asked.
            return null;
        }
    }
}
