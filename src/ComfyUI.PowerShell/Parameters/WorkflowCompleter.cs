using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Completes what a workflow decides: the one that is given, or that comes from the variable or file before it in the pipeline. Like all
/// completion it never throws and never keeps the prompt waiting for long.
/// </summary>
public abstract class WorkflowCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            object? named = fakeBoundParameters["Workflow"];
            object? literal = named is null ? fakeBoundParameters["LiteralPath"] : null;
            object? workflow = Located(named ?? literal ?? Piped(commandAst), isLiteral: literal is not null);

            // These have the workflow's own parameters, for which binding has waited for the server already, at this very Tab.
            bool hasWaited = (named ?? literal) is not null
                && (commandName.StartsWith("Invoke-", StringComparison.OrdinalIgnoreCase) || commandName.StartsWith("Submit-", StringComparison.OrdinalIgnoreCase));
            if (Find(workflow, ServerCompleter.Session(fakeBoundParameters), hasWaited) is not { } found)
            {
                return [];
            }

            bool isPattern = commandName.StartsWith("Get-", StringComparison.OrdinalIgnoreCase);
            return CompletionText.Select(Candidates(found, parameterName, fakeBoundParameters), wordToComplete, isPattern);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [];
        }
    }

    /// <summary>What the value can be.</summary>
    private protected abstract IEnumerable<Candidate> Candidates(WorkflowInView workflow, string parameter, IDictionary bound);

    private static WorkflowInView? Find(object? argument, ComfyUISession? session, bool hasWaited)
    {
        using var limit = new CancellationTokenSource(WorkflowPeek.Patience);
        WorkflowInView? found = null;
        Task work = Task.Run(
            async () =>
            {
                if (await WorkflowPeek.ReadAsync(argument, static path => [path], limit.Token).ConfigureAwait(false) is { } workflow)
                {
                    // What the workflow says by itself is known, whatever the server does.
                    found = new WorkflowInView(workflow, null);
                    found = new WorkflowInView(workflow, hasWaited && workflow.Format == ComfyUIWorkflowFormat.UI
                        ? WorkflowPeek.Kept(session)
                        : await WorkflowPeek.CatalogueAsync(session, limit.Token).ConfigureAwait(false));
                }
            },
            CancellationToken.None);
        new PipelinePump().Run(work, limit.Cancel, limit.Token, TimeSpan.Zero, null);
        return found;
    }

    // On the prompt's own thread, which is the one that may use the runspace.
    private static object? Located(object? workflow, bool isLiteral)
    {
        object? plain = ObjectToJson.Unwrap(workflow);
        if (plain is not string path || path.TrimStart().StartsWith("{", StringComparison.Ordinal))
        {
            return workflow;
        }

        List<PSObject> files = Invoke("Resolve-Path", isLiteral ? "LiteralPath" : "Path", path);
        return files.Count == 1 && files[0].BaseObject is PathInfo file ? file.ProviderPath : null;
    }

    // What comes before the command in its pipeline: a variable, or a file that is imported.
    private static object? Piped(CommandAst command)
    {
        if (command.Parent is not PipelineAst pipeline)
        {
            return null;
        }

        switch (pipeline.PipelineElements[0])
        {
            case CommandExpressionAst { Expression: VariableExpressionAst variable }:
                return Invoke("Get-Variable", "Name", variable.VariablePath.UserPath).Select(static found => (found.BaseObject as PSVariable)?.Value).FirstOrDefault();
            case CommandAst import when import != command && import.GetCommandName() is "Import-ComfyUIWorkflow" or "Get-Item" or "Get-ChildItem":
                return import.CommandElements.Skip(1).OfType<StringConstantExpressionAst>().FirstOrDefault()?.Value;
            default:
                return null;
        }
    }

    private static List<PSObject> Invoke(string cmdlet, string parameter, string argument)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(cmdlet).AddParameter(parameter, argument).AddParameter("ErrorAction", "Ignore");
        return [.. shell.Invoke()];
    }
}

/// <summary>A workflow of a command that is still being typed.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Catalogue">The server's node classes; null when they are not at hand.</param>
internal sealed record WorkflowInView(ComfyUIWorkflow Workflow, ComfyUINodeCatalogue? Catalogue);
