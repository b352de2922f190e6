using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes what occurs in the definitions of node classes. Reading them all takes a moment, so the result is kept.</summary>
public abstract class CatalogueCompleter : ServerCompleter
{
    /// <summary>Collects what occurs in one class.</summary>
    private protected abstract void Collect(ComfyUINodeDefinition node, ISet<string> found);

    private protected sealed override Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
        => session.Names.GetAsync(GetType().Name, NodeOperations.TimeToLive, async () =>
        {
            ComfyUINodeCatalogue catalogue = session.Nodes.Cached ?? await session.Nodes.GetCatalogueAsync().ConfigureAwait(false);
            var found = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (ComfyUINodeDefinition node in catalogue)
            {
                Collect(node, found);
            }

            return (IReadOnlyList<Candidate>)new List<string>(found).ConvertAll(static text => new Candidate(text));
        });
}
