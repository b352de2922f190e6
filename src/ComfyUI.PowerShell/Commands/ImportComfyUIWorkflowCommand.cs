using System;
using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Reads workflows from files of any kind: as the browser saves or exports them, or inside pictures, sound, videos and models.</summary>
[Cmdlet(VerbsData.Import, "ComfyUIWorkflow", DefaultParameterSetName = "Path")]
[OutputType(typeof(ComfyUIWorkflow))]
public sealed class ImportComfyUIWorkflowCommand : SessionCmdlet
{
    /// <summary>The files; wildcards are allowed. Or the address of a file of the session's server, as /view gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath)
        {
            Import(path, () => [ResolveFilePath(path)]);
        }

        foreach (string path in ParameterSetName == "Path" ? Path : [])
        {
            if (Uri.TryCreate(path, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https")
            {
                ImportFromServer(uri);
            }
            else
            {
                Import(path, () => ResolveExistingFiles(path));
            }
        }
    }

    private void Import(string path, Func<IReadOnlyList<string>> resolve)
    {
        try
        {
            foreach (string file in resolve())
            {
                try
                {
                    Write(Run(token => ComfyUIWorkflow.ReadAsync(file, token)));
                }
                catch (ComfyUIException e)
                {
                    Report(e, file);
                }
            }
        }
        catch (ComfyUIException e)
        {
            Report(e, path);
        }
    }

    private void ImportFromServer(Uri uri)
    {
        ComfyUISession session = RequireSession();
        try
        {
            Write(Ask(session, token => session.Workflows.DownloadAsync(uri, token)));
        }
        catch (ComfyUIException e)
        {
            Report(e, Redaction.Address(uri));
        }
    }

    private void Write(ComfyUIWorkflow workflow)
    {
        foreach (string warning in workflow.Warnings)
        {
            WriteWarning(Redaction.Harmless($"{workflow.Source}: {warning}"));
        }

        WriteObject(workflow);
    }
}
