using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>
/// Shows what happens to jobs, one object for each event, until they are over. Stops none of them, also not on Ctrl+C, and reports no
/// error for a job that failed: its last event tells.
/// </summary>
[Cmdlet(VerbsCommon.Watch, "ComfyUIJob", DefaultParameterSetName = IdSet)]
[OutputType(typeof(ComfyUIJobEvent))]
public sealed class WatchComfyUIJobCommand : JobCmdlet
{
    /// <summary>Watches all jobs that run or wait, and those that come meanwhile, until none is left.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <summary>A folder for the previews, made when it is missing. Without it previews are told of, but not saved.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PreviewPath { get; set; }

    private protected override int Limit => 1000;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        string? folder = PreviewPath is null ? null : ResolveFilePath(PreviewPath);
        if (ParameterSetName == "All")
        {
            Watch(session, session, token => session.Jobs.WatchAllAsync(happened => Tell(happened, token), folder, token));
            return;
        }

        foreach (string id in FullIds(session))
        {
            Watch(session, id, token => session.Jobs.WatchAsync(id, happened => Tell(happened, token), folder, token));
        }
    }

    private void Watch(ComfyUISession session, object target, Func<CancellationToken, Task> watch)
    {
        int index = NextIndex();
        Start(token => Batch.StartAsync(session, watch, index, target, token));
    }

    // Pictures are among them: they wait where they are bounded, and not here.
    private void Tell(ComfyUIJobEvent happened, CancellationToken cancellationToken) => PostInTurn(() => WriteObject(happened), cancellationToken);
}
