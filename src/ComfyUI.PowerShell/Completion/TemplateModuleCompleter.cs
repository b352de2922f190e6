using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the packs that have example workflows.</summary>
public sealed class TemplateModuleCompleter : ServerCompleter
{
    private protected override async Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        var modules = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (ComfyUITemplate template in await TemplateCompleter.ListAsync(session).ConfigureAwait(false))
        {
            modules.Add(template.Module);
        }

        return new List<string>(modules).ConvertAll(static module => new Candidate(module));
    }
}
