using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the models on the server: checkpoints, LoRAs, VAEs, embeddings and all others, with size and dates where it gives them.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIModel")]
[OutputType(typeof(ComfyUIModel))]
public sealed class GetComfyUIModelCommand : SessionCmdlet
{
    /// <summary>The kinds of models, such as checkpoints or loras; wildcards are allowed. Without it: all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelFolderCompleter))]
    public string[] Folder { get; set; } = [];

    /// <summary>The names of models, with their subfolder; wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Reads what each file says of itself, one request a model.</summary>
    [Parameter]
    public SwitchParameter Metadata { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        var names = new NamePattern(Name);
        foreach (ComfyUIModel model in Find(session))
        {
            if (names.IsMatch(model.Name))
            {
                WriteObject(Metadata ? AskOrFail(session, model, token => session.Models.WithMetadataAsync(model, token)) : model);
            }
        }

        foreach (string missing in names.Missing)
        {
            Report(
                new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server has no model '{missing}'.")
                {
                    RecommendedAction = "Names go with their subfolder, as in sub/model.safetensors; Get-ComfyUIModel lists them.",
                },
                missing);
        }
    }

    private List<ComfyUIModel> Find(ComfyUISession session)
    {
        var models = new List<ComfyUIModel>();
        if (Folder.Length == 0)
        {
            models.AddRange(AskOrFail(session, session, session.Models.ListAllAsync));
            return models;
        }

        foreach (string folder in Folders(session))
        {
            if (TryAsk(session, folder, token => session.Models.ListAsync(folder, token), out IReadOnlyList<ComfyUIModel> found))
            {
                models.AddRange(found);
            }
        }

        return models;
    }

    private List<string> Folders(ComfyUISession session)
    {
        var folders = new List<string>();
        var patterns = new List<string>();
        foreach (string folder in Folder)
        {
            (WildcardPattern.ContainsWildcardCharacters(folder) ? patterns : folders).Add(folder);
        }

        if (patterns.Count > 0)
        {
            var wanted = new NamePattern(patterns);
            foreach (string folder in AskOrFail(session, session, session.Models.ListFoldersAsync))
            {
                if (wanted.IsMatch(folder) && !folders.Contains(folder))
                {
                    folders.Add(folder);
                }
            }
        }

        return folders;
    }
}
