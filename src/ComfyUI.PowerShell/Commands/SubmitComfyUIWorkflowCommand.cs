using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Hands workflows to the server and does not wait for them.</summary>
[Cmdlet(VerbsLifecycle.Submit, "ComfyUIWorkflow", DefaultParameterSetName = "Workflow", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(ComfyUIJob))]
public sealed class SubmitComfyUIWorkflowCommand : WorkflowCmdlet
{
    // One after the other, so that the queue has them in the order of the pipeline.
    private protected override int Limit => 1;

    private protected override void Accept(RunItem item)
    {
        Start(token => Batch.StartAsync(item.Session, inner => SubmitAsync(item, inner), item.Index, item.Target, token));
        Run(_ => Batch.WhenDoneAsync());
    }

    private async Task SubmitAsync(RunItem item, CancellationToken cancellationToken)
    {
        ComfyUIWorkflow workflow = await item.PrepareAsync(cancellationToken).ConfigureAwait(false);
        ComfyUIJob job = await item.Session.Jobs.SubmitAsync(workflow, item.Options, cancellationToken).ConfigureAwait(false);
        RunBatch.Tell(this, job);
    }
}
