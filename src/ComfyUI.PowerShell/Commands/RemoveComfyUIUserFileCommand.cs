using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Deletes files that the server keeps for the user. There is no way back.</summary>
[Cmdlet(VerbsCommon.Remove, "ComfyUIUserFile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemoveComfyUIUserFileCommand : SessionCmdlet
{
    /// <summary>The paths on the server. No wildcards: pipe what Get-ComfyUIUserFile finds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(UserFileCompleter))]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string path in Path)
        {
            if (ShouldProcess(path, "Delete file on the server"))
            {
                TryDo(session, path, token => session.UserFiles.RemoveAsync(path, token));
            }
        }
    }
}
