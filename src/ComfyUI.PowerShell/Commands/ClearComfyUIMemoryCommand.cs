using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Has the server free memory: at once when it is idle, else after the job that runs. Without a switch it unloads the models.</summary>
[Cmdlet(VerbsCommon.Clear, "ComfyUIMemory", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ClearComfyUIMemoryCommand : SessionCmdlet
{
    /// <summary>Unloads the models.</summary>
    [Parameter]
    public SwitchParameter UnloadModel { get; set; }

    /// <summary>Forgets the cached results of nodes as well, so that the next run computes everything.</summary>
    [Parameter]
    public SwitchParameter FreeMemory { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        string action = FreeMemory ? "Unload models and forget cached results" : "Unload models";
        if (ShouldProcess(session.ToString(), action))
        {
            TryDo(session, session, token => session.Server.FreeMemoryAsync(UnloadModel || !FreeMemory, FreeMemory, token));
        }
    }
}
