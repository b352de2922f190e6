using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// The server's node classes for one thing that is done with them. What is kept will do, until something is missing in it: then the server is
/// asked once, for a pack or a model may have come since.
/// </summary>
internal sealed class CatalogueInUse(NodeOperations nodes)
{
    private ComfyUINodeCatalogue? _catalogue;
    private bool _wasAsked;

    /// <summary>The catalogue.</summary>
    /// <exception cref="ComfyUIException">The server could not be asked, or its answer is no catalogue.</exception>
    internal async Task<ComfyUINodeCatalogue> GetAsync(CancellationToken cancellationToken)
    {
        if (_catalogue is null)
        {
            (_catalogue, _wasAsked) = await nodes.FindAsync(refresh: false, cancellationToken).ConfigureAwait(false);
        }

        return _catalogue;
    }

    /// <summary>The catalogue to look at this workflow with: the server's own when what is kept lacks one of its classes.</summary>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    internal async Task<ComfyUINodeCatalogue> GetForAsync(ComfyUIWorkflow workflow, CancellationToken cancellationToken)
    {
        ComfyUINodeCatalogue catalogue = await GetAsync(cancellationToken).ConfigureAwait(false);
        return WorkflowClasses.AreKnown(workflow, catalogue) ? catalogue : await GetNewerAsync(cancellationToken).ConfigureAwait(false) ?? catalogue;
    }

    /// <summary>
    /// The server's own catalogue; null when that is what was used already, or the server cannot be asked. It is an error only to have none:
    /// what is kept served well enough until something was missing in it.
    /// </summary>
    internal async Task<ComfyUINodeCatalogue?> GetNewerAsync(CancellationToken cancellationToken)
    {
        if (_wasAsked)
        {
            return null;
        }

        _wasAsked = true;
        try
        {
            return _catalogue = await nodes.GetCatalogueAsync(refresh: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException)
        {
            return null;
        }
    }

    /// <summary>Does something with the catalogue, and once more with the server's own when it fails in a way that an old one may be to blame for.</summary>
    internal async Task<T> TryAsync<T>(ComfyUIWorkflow workflow, Func<ComfyUINodeCatalogue, T> work, CancellationToken cancellationToken)
    {
        ComfyUINodeCatalogue catalogue = await GetForAsync(workflow, cancellationToken).ConfigureAwait(false);
        try
        {
            return work(catalogue);
        }
        catch (ComfyUIValidationException e) when (e.ErrorId is ComfyUIErrorId.InvalidInputValue or ComfyUIErrorId.UnknownWorkflowInput)
        {
            if (await GetNewerAsync(cancellationToken).ConfigureAwait(false) is not { } newer)
            {
                throw;
            }

            return work(newer);
        }
    }
}
