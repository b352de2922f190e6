using System;
using System.IO;
using System.Management.Automation;
using System.Text;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Saves a workflow as a JSON file, in the format it has or in API format.</summary>
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

    /// <summary>Overwrites a file of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        string path = ResolveFilePath(Path);
        string json = Format switch
        {
            ComfyUIWorkflowFormat.Api => ToPrompt(workflow).ToJson(),
            ComfyUIWorkflowFormat.UI => JsonText.Write(workflow.UIDocument ?? throw NoUIFormat(workflow), indented: true),
            _ => workflow.ToJson(),
        };
        if (!ShouldProcess(path, "Save workflow"))
        {
            return;
        }

        try
        {
            using var stream = new FileStream(path, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            stream.Write(bytes, 0, bytes.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileFailed, $"The workflow could not be saved as '{path}': {e.Message}", e)
            {
                RecommendedAction = File.Exists(path) && !Force ? "Use -Force to overwrite it." : "Check that the folder exists and that you may write to it.",
            };
        }

        WriteFile(new FileInfo(path));
    }

    private static ComfyUIValidationException NoUIFormat(ComfyUIWorkflow workflow) => ErrorRecords.InvalidArgument(
        ComfyUIErrorId.UnsupportedWorkflowFormat,
        $"{workflow.Source ?? "The workflow"} is in API format, from which no UI format can be made.",
        "Save it in API format; the browser opens that, too.");
}
