using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the kinds of models.</summary>
public sealed class ModelFolderCompleter : ServerCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
        => session.Names.GetAsync("model folders", TimeSpan.FromMinutes(5), async () =>
        {
            var folders = new List<string>(await session.Models.ListFoldersAsync().ConfigureAwait(false));
            return (IReadOnlyList<Candidate>)folders.ConvertAll(static folder => new Candidate(folder));
        });
}
