using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Stops jobs: takes them from the queue, or interrupts the one that runs. No other job is touched.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ComfyUIJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class StopComfyUIJobCommand : SessionCmdlet
{
    /// <summary>The ids of the jobs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PromptId")]
    [JobIdTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string id in Id)
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
