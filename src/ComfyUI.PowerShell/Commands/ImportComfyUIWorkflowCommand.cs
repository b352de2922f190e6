using System;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Reads workflows from files of any kind: as the browser saves or exports them, or inside pictures, sound, videos and models.</summary>
[Cmdlet(VerbsData.Import, "ComfyUIWorkflow", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ComfyUIWorkflow))]
public sealed class ImportComfyUIWorkflowCommand : FileInputCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath)
        {
            Import(ResolveFilePath(path));
        }

        foreach (string path in Paths)
        {
            if (Uri.TryCreate(path, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https")
            {
                ImportFromServer(uri);
                continue;
            }

            foreach (string file in FilesOf(path))
            {
                Import(file);
            }
        }
    }

    private void Import(string file)
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
