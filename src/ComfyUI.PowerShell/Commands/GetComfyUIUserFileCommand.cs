using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the files that the server keeps for the user, such as the workflows saved in the browser.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIUserFile")]
[OutputType(typeof(ComfyUIUserFile))]
public sealed class GetComfyUIUserFileCommand : SessionCmdlet
{
    /// <summary>Paths on the server, such as workflows/*; wildcards are allowed, and a folder means all files in it.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UserFileCompleter))]
    public string[] Path { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        IReadOnlyList<ComfyUIUserFile> files = AskOrFail(session, session, token => session.UserFiles.ListAsync(string.Empty, token));
        foreach (string path in Path)
        {
            Write(files, path.Replace('\\', '/').Trim('/'));
        }
    }

    private void Write(IReadOnlyList<ComfyUIUserFile> files, string path)
    {
        var pattern = new NamePattern([path, path + "/*"]);
        bool found = false;
        foreach (ComfyUIUserFile file in files)
        {
            if (pattern.IsMatch(file.Path))
            {
                found = true;
                WriteObject(file);
            }
        }

        if (!found && !WildcardPattern.ContainsWildcardCharacters(path))
        {
            Report(
                new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server has no file or folder '{path}' of this user.")
                {
                    RecommendedAction = "Get-ComfyUIUserFile without a path lists all files.",
                },
                path);
        }
    }
}
