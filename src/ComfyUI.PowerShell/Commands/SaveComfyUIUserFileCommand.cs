using System.IO;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Saves files that the server keeps for the user to a folder of this machine, in the subfolders they have there.</summary>
[Cmdlet(VerbsData.Save, "ComfyUIUserFile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class SaveComfyUIUserFileCommand : SessionCmdlet
{
    /// <summary>The paths on the server.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(UserFileCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The folder for the files; made when it is missing. Without it: the current location.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Overwrites files of the same name; without it the new ones get a number.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        string folder = OutputPath is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : ResolveFilePath(OutputPath);
        foreach (string path in Path)
        {
            if (ShouldProcess(folder, $"Save '{path}'")
                && TryAsk(session, path, token => session.UserFiles.SaveAsync(path, folder, Force, token), out FileInfo file))
            {
                WriteFile(file);
            }
        }
    }
}
