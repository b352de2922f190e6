using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Saves the files of jobs, or single outputs, to a folder.</summary>
[Cmdlet(VerbsData.Save, "ComfyUIOutput", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class SaveComfyUIOutputCommand : BatchCmdlet
{
    /// <summary>Jobs, or outputs of jobs.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>The ids of jobs that have ended; the first characters of one are enough, as tables show them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id")]
    [Alias("PromptId")]
    [JobIdTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>The folder for the files; made when it is missing. Without it: the current location.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Saves previews, too.</summary>
    [Parameter]
    public SwitchParameter IncludeTemp { get; set; }

    /// <summary>Overwrites files of the same name; without it the new ones get a number.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override int Limit => 4;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string folder = OutputPath is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : ResolveFilePath(OutputPath);
        var options = new ComfyUISaveOptions { Folder = folder, IncludeTemp = IncludeTemp, Overwrite = Force };
        if (Id.Length > 0)
        {
            SaveJobs(RequireSession(), options);
        }

        SaveObjects(options);
    }

    private void SaveJobs(ComfyUISession session, ComfyUISaveOptions options)
    {
        foreach (string id in FullIds(session, Id))
        {
            Save(session, options, id, async token => (await session.Jobs.GetAsync(id, token).ConfigureAwait(false)).Outputs);
        }
    }

    private void SaveObjects(ComfyUISaveOptions options)
    {
        foreach (PSObject item in InputObject)
        {
            switch (item.BaseObject)
            {
                case ComfyUIJob job:
                    Save(Session ?? job.Session ?? RequireSession(), options, job, _ => Task.FromResult(job.Outputs));
                    break;
                case ComfyUIOutput output:
                    // A preview that is named one by one is wanted.
                    Save(Session ?? output.Session ?? RequireSession(), WithTemp(options), output, _ => Task.FromResult<IReadOnlyList<ComfyUIOutput>>([output]));
                    break;
                default:
                    WriteError(ErrorRecords.From(
                        ErrorRecords.InvalidArgument(
                            "InvalidInputObject",
                            $"A {item.BaseObject.GetType().Name} is neither a job nor an output of one.",
                            "Pipe what Invoke-, Wait- or Get-ComfyUIJob returns, or its Outputs."),
                        item));
                    break;
            }
        }
    }

    private static ComfyUISaveOptions WithTemp(ComfyUISaveOptions options) => new()
    {
        Folder = options.Folder,
        IncludeTemp = true,
        Overwrite = options.Overwrite,
    };

    private void Save(
        ComfyUISession session, ComfyUISaveOptions options, object target, Func<CancellationToken, Task<IReadOnlyList<ComfyUIOutput>>> find)
    {
        if (ShouldProcess(options.Folder, $"Save the files of {target}"))
        {
            int index = NextIndex();
            Start(token => Batch.StartAsync(session, inner => SaveAsync(session, options, target, find, inner), index, target, token));
        }
    }

    private async Task SaveAsync(
        ComfyUISession session,
        ComfyUISaveOptions options,
        object target,
        Func<CancellationToken, Task<IReadOnlyList<ComfyUIOutput>>> find,
        CancellationToken cancellationToken)
    {
        IRunSink sink = this;
        IReadOnlyList<ComfyUIOutput> wanted = await find(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ComfyUIOutput> outputs;
        try
        {
            outputs = await session.Outputs.SaveAllAsync(wanted, options, cancellationToken).ConfigureAwait(false);
        }
        catch (OutputsNotSavedException e)
        {
            outputs = e.Outputs;
            foreach (ComfyUIException failure in e.Failures)
            {
                sink.Error(ErrorRecords.From(failure, target));
            }
        }

        foreach (ComfyUIOutput output in outputs)
        {
            if (output.File is not null && OutputSaver.IsWanted(output, options))
            {
                sink.Output(output.File);
            }
        }
    }
}
