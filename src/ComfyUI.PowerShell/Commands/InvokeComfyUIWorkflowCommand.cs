using System;
using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Runs workflows to their end, with progress, and saves their files.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ComfyUIWorkflow", DefaultParameterSetName = "Workflow", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(ComfyUIJob), typeof(PowerShellRunJob))]
public sealed class InvokeComfyUIWorkflowCommand : WorkflowCmdlet
{
    private readonly List<RunItem> _forJob = [];

    /// <summary>The folder for the files; made when it is missing. Without it: the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Leaves the files on the server.</summary>
    [Parameter]
    public SwitchParameter NoDownload { get; set; }

    /// <summary>Saves previews, too.</summary>
    [Parameter]
    public SwitchParameter IncludeTemp { get; set; }

    /// <summary>Overwrites files of the same name; without it the new ones get a number.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many seconds a run may take; it is stopped then. Without it there is no limit.</summary>
    [Parameter]
    [ValidateRange(0.001, 2147483.0)]
    public double TimeoutSec { get; set; }

    /// <summary>How many of several piped workflows run at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>Runs in the background, as a job of PowerShell.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    private protected override int Limit => ThrottleLimit;

    private protected override TimeSpan? RunTimeout => TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : null;

    private protected override ComfyUISaveOptions? SaveOptions => NoDownload ? null : new ComfyUISaveOptions
    {
        Folder = OutputPath is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : ResolveFilePath(OutputPath),
        IncludeTemp = IncludeTemp,
        Overwrite = Force,
    };

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_forJob.Count > 0)
        {
            var job = new PowerShellRunJob(MyInvocation.MyCommand.Name, string.Empty, _forJob[0].Session);
            JobRepository.Add(job);
            job.Start(_forJob, ThrottleLimit);
            WriteObject(job);
        }

        base.EndProcessing();
        if (_forJob.Count == 0 && (Session ?? SessionTable.Current.Default) is { IsClosed: false, WorkflowEndpoint: null } session
            && session.Jobs.EventProblem is { } problem)
        {
            WarnOnce($"There is no live progress: the WebSocket could not be opened ({problem}). Runs were followed by asking the server.");
        }
    }

    private protected override void Accept(RunItem item)
    {
        if (AsJob)
        {
            _forJob.Add(item);
        }
        else
        {
            Start(token => Batch.RunAsync(item, token));
        }
    }
}
