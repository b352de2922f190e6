using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the paths of the user's files on the server.</summary>
public sealed class UserFileCompleter : ServerCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
        => ListAsync(session);

    /// <summary>The files, kept for a moment.</summary>
    internal static Task<IReadOnlyList<Candidate>> ListAsync(ComfyUISession session)
        => session.Names.GetAsync("user files", TimeSpan.FromSeconds(10), async () =>
        {
            var files = new List<ComfyUIUserFile>(await session.UserFiles.ListAsync().ConfigureAwait(false));
            return (IReadOnlyList<Candidate>)files.ConvertAll(static file => new Candidate(file.Path));
        });
}
