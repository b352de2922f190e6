using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Removes finished jobs from the server's history. Their files stay.</summary>
[Cmdlet(VerbsCommon.Remove, "ComfyUIJob", DefaultParameterSetName = IdSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemoveComfyUIJobCommand : JobCmdlet
{
    /// <summary>Removes all finished jobs, also those of other people; asks first, unless -Force is given.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter(ParameterSetName = "All")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        if (ParameterSetName == "All")
        {
            // By id it does not ask; so much at once it does.
            bool answered = Force || MyInvocation.BoundParameters.ContainsKey("Confirm");
            if (ShouldProcess(session.ToString(), "Clear the history")
                && (answered || ShouldContinue("This forgets all finished jobs, also those of other people. Their files stay.", "Clear the history?")))
            {
                TryDo(session, session, session.Jobs.RemoveAllAsync);
            }

            return;
        }

        foreach (string id in FullIds(session))
        {
            if (ShouldProcess(id, "Remove job from history"))
            {
                TryDo(session, id, token => session.Jobs.RemoveAsync(id, token));
            }
        }
    }
}
