using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Saves a workflow as a JSON file, in the format it has or in another, or inside a copy of a picture.</summary>
[Cmdlet(VerbsData.Export, "ComfyUIWorkflow", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportComfyUIWorkflowCommand : WorkflowReadingCmdlet
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The format: that of the workflow, unless it is named. A workflow in API format has a UI format only if it came from a picture.</summary>
    [Parameter]
    public ComfyUIWorkflowFormat? Format { get; set; }

    /// <summary>A PNG to copy: the workflow goes inside the copy, in place of what it had, and the picture stays as it is.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Picture { get; set; }

    /// <summary>Overwrites a file of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Never overwrites, also not with -Force. Without either, a file of this name is an error, too.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        string path = ResolveFilePath(Path);
        ComfyUIWorkflow saved = Format switch
        {
            ComfyUIWorkflowFormat.Api => ToPrompt(workflow),
            ComfyUIWorkflowFormat.UI => new ComfyUIWorkflow(workflow.UIDocument ?? throw NoUIFormat(workflow), ComfyUIWorkflowFormat.UI, workflow.Source),
            _ => workflow,
        };
        if (ShouldProcess(path, "Save workflow"))
        {
            string? picture = Picture is null ? null : ResolveFilePath(Picture);

            // What this call has written itself is not what -Force is for: the second of two workflows would take the first one's place.
            bool overwrite = _written.Add(path) && Force && !NoClobber;
            Run(token => WorkflowFile.SaveAsync(saved, path, picture, overwrite, token));
            WriteFile(new FileInfo(path));
        }
    }

    private static ComfyUIValidationException NoUIFormat(ComfyUIWorkflow workflow) => ErrorRecords.InvalidArgument(
        ComfyUIErrorId.UnsupportedWorkflowFormat,
        $"{workflow.Source ?? "The workflow"} is in API format, from which no UI format can be made.",
        "Save it in API format; the browser opens that, too.");
}
