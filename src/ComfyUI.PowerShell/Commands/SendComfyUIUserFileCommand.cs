using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Hands files to the server to keep for the user: a workflow in workflows/ is listed in the browser.</summary>
[Cmdlet(VerbsCommunications.Send, "ComfyUIUserFile", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ComfyUIUserFile))]
public sealed class SendComfyUIUserFileCommand : SessionCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder on the server.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public string Destination { get; set; } = "workflows";

    /// <summary>The name the file gets on the server; for a single file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Overwrites a file of the same name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string file in InputFiles(ParameterSetName == "Path" ? Path : [], LiteralPath))
        {
            string target = $"{Destination}/{Name ?? System.IO.Path.GetFileName(file)}";
            if (ShouldProcess(session.ToString(), $"Send '{file}' to '{target}'")
                && TryAsk(session, file, token => session.UserFiles.SendAsync(file, target, Force, token), out ComfyUIUserFile sent))
            {
                WriteObject(sent);
            }
        }
    }
}
