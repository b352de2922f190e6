using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the values of a workflow's own parameters: samplers, models and other choices of the server.</summary>
public sealed class WorkflowParameterCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        object? workflow = fakeBoundParameters["Workflow"];
        ComfyUISession? session = fakeBoundParameters["Session"] switch
        {
            ComfyUISession given => given,
            string name => SessionTable.Current.Find(name),
            _ => SessionTable.Current.Default,
        };
        if (ObjectToJson.Unwrap(workflow) is string path && !path.TrimStart().StartsWith("{", StringComparison.Ordinal))
        {
            // On this thread, which is the one that may use the runspace.
            IReadOnlyList<string> files = ResolvePath(path);
            workflow = files.Count == 1 ? files[0] : null;
        }

        using var limit = new CancellationTokenSource(WorkflowPeek.Patience);
        IReadOnlyList<WorkflowParameter> parameters = [];
        var pump = new PipelinePump();
        Task work = Task.Run(async () => parameters = await FindAsync(workflow, session, limit.Token).ConfigureAwait(false), CancellationToken.None);
        pump.Run(work, limit.Cancel, limit.Token, TimeSpan.Zero, null);
        foreach (string choice in Choices(parameters, parameterName))
        {
            if (CompletionText.Matches(choice, wordToComplete))
            {
                yield return CompletionText.Result(choice);
            }
        }
    }

    private static async Task<IReadOnlyList<WorkflowParameter>> FindAsync(
        object? argument, ComfyUISession? session, CancellationToken cancellationToken)
    {
        ComfyUIWorkflow? workflow = await WorkflowPeek.ReadAsync(argument, static path => [path], cancellationToken).ConfigureAwait(false);
        ComfyUINodeCatalogue? catalogue = await WorkflowPeek.CatalogueAsync(session, cancellationToken).ConfigureAwait(false);
        return WorkflowPeek.Parameters(workflow, catalogue, WorkflowCmdlet.FixedNames);
    }

    private static IEnumerable<string> Choices(IReadOnlyList<WorkflowParameter> parameters, string name)
    {
        WorkflowParameter? parameter = parameters.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        if (parameter is null)
        {
            return [];
        }

        return parameter.First.Type == "BOOLEAN"
            ? ["$true", "$false"]
            : parameter.First.Choices.Select(choice => Convert.ToString(choice, CultureInfo.InvariantCulture) ?? string.Empty);
    }

    private static IReadOnlyList<string> ResolvePath(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Resolve-Path").AddParameter("Path", path).AddParameter("ErrorAction", "Ignore");
        return [.. shell.Invoke<PathInfo>().Select(found => found.ProviderPath)];
    }
}
