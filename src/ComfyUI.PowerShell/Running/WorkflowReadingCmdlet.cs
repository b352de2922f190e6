using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that looks at workflows, or makes others of them, and runs none.</summary>
public abstract class WorkflowReadingCmdlet : SessionCmdlet
{
    private (ComfyUISession Session, CatalogueInUse Classes)? _classes;

    /// <summary>
    /// The workflow: what Import-ComfyUIWorkflow, Get-ComfyUITemplate or Get-ComfyUIUserFile returns, a path (wildcards allowed, and the files
    /// of Get-ChildItem), JSON text, a hashtable or ordered dictionary, or what ConvertFrom-Json returns.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [SupportsWildcards]
    public object Workflow { get; set; } = null!;

    /// <summary>A saved node catalogue, the server's answer of /object_info, to be used in place of the server's.</summary>
    [Parameter]
    [ValidateNotNull]
    [NodeInfoTransformation]
    public ComfyUINodeCatalogue? NodeInfo { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            foreach (Func<CancellationToken, Task<ComfyUIWorkflow>> read in WorkflowArgument.Resolve(Workflow, ResolveExistingFiles))
            {
                Process(Run(read));
            }
        }
        catch (ComfyUIException e)
        {
            object? target = ObjectToJson.Unwrap(Workflow);
            if (MyInvocation.ExpectingInput)
            {
                Report(e, target);
            }
            else
            {
                Fail(e, target);
            }
        }
    }

    /// <summary>Takes one workflow.</summary>
    private protected abstract void Process(ComfyUIWorkflow workflow);

    /// <summary>Whether a server is to be asked for the node classes: there is a session, and no catalogue was given.</summary>
    private protected bool HasSession => NodeInfo is null && (Session ?? SessionTable.Current.Default) is not null;

    /// <summary>Does something with the session and its server's node classes. The same for all workflows: an old catalogue is replaced once.</summary>
    private protected T Ask<T>(Func<ComfyUISession, CatalogueInUse, CancellationToken, Task<T>> work)
    {
        ComfyUISession session = RequireSession();
        if (_classes?.Session != session)
        {
            _classes = (session, session.Workflows.Catalogue());
        }

        CatalogueInUse classes = _classes.Value.Classes;
        return Ask(session, token => work(session, classes, token));
    }

    /// <summary>The workflow in API format, with its warnings written.</summary>
    private protected ComfyUIWorkflow ToPrompt(ComfyUIWorkflow workflow)
    {
        ComfyUIWorkflow prompt;
        if (workflow.Format == ComfyUIWorkflowFormat.Api)
        {
            prompt = workflow;
        }
        else if (NodeInfo is not null)
        {
            prompt = WorkflowOperations.Convert(workflow, NodeInfo);
        }
        else
        {
            prompt = Ask((session, classes, token) => session.Workflows.ConvertAsync(workflow, classes, token));
        }

        foreach (string warning in prompt.Warnings)
        {
            WriteWarning(Redaction.Harmless($"{workflow.Source ?? "The workflow"}: {warning}"));
        }

        return prompt;
    }
}
