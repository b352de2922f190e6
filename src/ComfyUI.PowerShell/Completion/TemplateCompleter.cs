using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the names of example workflows: those of -Module when it is given.</summary>
public sealed class TemplateCompleter : ServerCompleter
{
    private protected override async Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        string? module = Bound(bound, "Module");
        var names = new List<Candidate>();
        foreach (ComfyUITemplate template in await ListAsync(session).ConfigureAwait(false))
        {
            if (module is null || template.Module == module)
            {
                names.Add(new Candidate(template.Name, template.ToString()));
            }
        }

        return names;
    }

    /// <summary>The examples, kept for a while.</summary>
    internal static Task<IReadOnlyList<ComfyUITemplate>> ListAsync(ComfyUISession session)
        => session.Names.GetAsync("templates", TimeSpan.FromMinutes(5), () => session.Templates.ListAsync());
}
