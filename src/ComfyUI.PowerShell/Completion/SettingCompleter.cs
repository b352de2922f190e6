using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the ids of settings that the server keeps.</summary>
public sealed class SettingCompleter : ServerCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
        => session.Names.GetAsync("settings", TimeSpan.FromSeconds(30), async () =>
        {
            var ids = new List<string>((await session.Settings.GetAllAsync().ConfigureAwait(false)).Keys);
            return (IReadOnlyList<Candidate>)ids.ConvertAll(static id => new Candidate(id));
        });
}
