using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Stops jobs: takes them from the queue, or interrupts the one that runs. No other job is touched.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ComfyUIJob", DefaultParameterSetName = IdSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class StopComfyUIJobCommand : JobCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string id in FullIds(session))
        {
            if (ShouldProcess(id, "Stop job"))
            {
                Stop(session, id);
            }
        }
    }

    private void Stop(ComfyUISession session, string id)
    {
        try
        {
            if (Ask(session, token => session.Jobs.StopAsync(id, token)) == ComfyUIStopResult.NotRunning)
            {
                // Over already is as good as stopped; an id that nobody knows is a mistake.
                ComfyUIJob job = Ask(session, token => session.Jobs.GetAsync(id, token));
                WriteVerbose($"Job {id} was over already: {job.Status}.");
            }
        }
        catch (ComfyUINotFoundException e)
        {
            Report(e, id);
        }
        catch (ComfyUIException e)
        {
            Fail(e, id);
        }
    }
}
