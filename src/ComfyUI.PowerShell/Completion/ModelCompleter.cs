using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the names of models: those of -Folder when it is given.</summary>
public sealed class ModelCompleter : ServerCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        string? folder = Bound(bound, "Folder");
        return session.Names.GetAsync("models " + folder, TimeSpan.FromSeconds(30), async () =>
        {
            IReadOnlyList<ComfyUIModel> models = folder is null
                ? await session.Models.ListAllAsync().ConfigureAwait(false)
                : await session.Models.ListAsync(folder).ConfigureAwait(false);
            return (IReadOnlyList<Candidate>)new List<ComfyUIModel>(models).ConvertAll(static model => new Candidate(model.Name, model.Folder + ": " + model.Name));
        });
    }
}
