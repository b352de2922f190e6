using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Hands files to the server to keep for the user: a workflow in workflows/ is listed in the browser.</summary>
[Cmdlet(VerbsCommunications.Send, "ComfyUIUserFile", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ComfyUIUserFile))]
public sealed class SendComfyUIUserFileCommand : FileInputCmdlet
{
    /// <summary>The folder on the server, below the user's own.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(UserFolderCompleter))]
    public string Subfolder { get; set; } = "workflows";

    /// <summary>The name the file gets on the server; for a single file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Overwrites a file of the same name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string file in InputFiles())
        {
            string target = $"{Subfolder.TrimEnd('/', '\\')}/{Name ?? System.IO.Path.GetFileName(file)}";
            if (ShouldProcess(session.ToString(), $"Send '{file}' to '{target}'")
                && TryAsk(session, file, token => session.UserFiles.SendAsync(file, target, Force, token), out ComfyUIUserFile sent))
            {
                WriteObject(sent);
            }
        }
    }
}
