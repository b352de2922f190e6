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

    /// <summary>The node classes: the given ones, else the server's.</summary>
    private protected ComfyUINodeCatalogue RequireCatalogue()
    {
        if (NodeInfo is not null)
        {
            return NodeInfo;
        }

        ComfyUISession session = RequireSession();
        return Ask(session, token => session.Nodes.GetCatalogueAsync(refresh: false, token));
    }

    /// <summary>The node classes: the given ones, else the server's if there is a session; null when neither is at hand.</summary>
    private protected ComfyUINodeCatalogue? FindCatalogue()
        => NodeInfo is null && Session is null && SessionTable.Current.Default is null ? null : RequireCatalogue();

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
            ComfyUISession session = RequireSession();
            prompt = Ask(session, token => session.Workflows.ConvertAsync(workflow, token));
        }

        foreach (string warning in prompt.Warnings)
        {
            WriteWarning(Redaction.Harmless($"{workflow.Source ?? "The workflow"}: {warning}"));
        }

        return prompt;
    }
}
