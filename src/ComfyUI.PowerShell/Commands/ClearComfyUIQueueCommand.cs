using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Takes all jobs from the queue that wait, also those of other people. What runs goes on.</summary>
[Cmdlet(VerbsCommon.Clear, "ComfyUIQueue", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class ClearComfyUIQueueCommand : SessionCmdlet
{
    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        if (ShouldProcess(Force, session.ToString(), "Take all waiting jobs from the queue"))
        {
            int count = AskOrFail(session, session, session.Jobs.ClearQueueAsync);
            WriteVerbose($"{count} jobs waited.");
        }
    }
}
