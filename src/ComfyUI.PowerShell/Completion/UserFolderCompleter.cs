using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the folders of the user's files on the server.</summary>
public sealed class UserFolderCompleter : ServerCompleter
{
    private protected override async Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Candidate file in await UserFileCompleter.ListAsync(session).ConfigureAwait(false))
        {
            for (int slash = file.Text.IndexOf('/'); slash > 0; slash = file.Text.IndexOf('/', slash + 1))
            {
                folders.Add(file.Text.Substring(0, slash));
            }
        }

        return new List<string>(folders).ConvertAll(static folder => new Candidate(folder));
    }
}
