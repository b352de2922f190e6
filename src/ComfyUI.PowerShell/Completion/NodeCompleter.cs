using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the names of node classes.</summary>
public sealed class NodeCompleter : ServerCompleter
{
    private protected override async Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        ComfyUINodeCatalogue catalogue = session.Nodes.Cached ?? await session.Nodes.GetCatalogueAsync().ConfigureAwait(false);
        return new List<string>(catalogue.SortedNames).ConvertAll(static name => new Candidate(name));
    }
}
