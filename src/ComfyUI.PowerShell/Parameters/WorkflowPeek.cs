using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Looks at the workflow of a command that is still being typed or bound, for its parameters. It must not throw, and not keep anybody
/// waiting: what cannot be found out in time has no parameters.
/// </summary>
internal static class WorkflowPeek
{
    /// <summary>How long completion and binding may wait for the server.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    private static readonly string[] CommonNames =
    [
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable",
        "InformationVariable", "OutVariable", "OutBuffer", "PipelineVariable", "WhatIf", "Confirm", "UseTransaction",
    ];

    /// <summary>The one workflow that an argument means; null when it means none, several, or cannot be read.</summary>
    internal static async Task<ComfyUIWorkflow?> ReadAsync(object? argument, Func<string, IReadOnlyList<string>> resolvePath, CancellationToken cancellationToken)
    {
        try
        {
            if (argument is null)
            {
                return null;
            }

            Func<CancellationToken, Task<ComfyUIWorkflow>>[] found = [.. WorkflowArgument.Resolve(argument, resolvePath)];
            return found.Length == 1 ? await found[0](cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception e) when (IsHarmless(e))
        {
            return null;
        }
    }

    /// <summary>The parameters of a workflow for a cmdlet that has these parameters already; empty when they cannot be found out.</summary>
    internal static IReadOnlyList<WorkflowParameter> Parameters(ComfyUIWorkflow? workflow, ComfyUINodeCatalogue? catalogue, IEnumerable<string> reserved)
        => WorkflowParameter.Choose(Inputs(workflow, catalogue), reserved.Concat(CommonNames));

    /// <summary>The inputs of a workflow; empty when they cannot be found out.</summary>
    internal static IReadOnlyList<ComfyUIWorkflowInput> Inputs(ComfyUIWorkflow? workflow, ComfyUINodeCatalogue? catalogue)
    {
        try
        {
            return workflow is null ? [] : WorkflowInputReader.Read(workflow, catalogue);
        }
        catch (Exception e) when (IsHarmless(e))
        {
            return [];
        }
    }

    /// <summary>The catalogue if it is at hand.</summary>
    internal static ComfyUINodeCatalogue? Kept(ComfyUISession? session)
    {
        try
        {
            return session is null or { IsClosed: true } ? null : session.Nodes.Cached;
        }
        catch (Exception e) when (IsHarmless(e))
        {
            return null;
        }
    }

    /// <summary>The catalogue if it is at hand, else the server's if that answers in time.</summary>
    internal static async Task<ComfyUINodeCatalogue?> CatalogueAsync(ComfyUISession? session, CancellationToken cancellationToken)
    {
        if (session is null or { IsClosed: true })
        {
            return null;
        }

        try
        {
            if (Kept(session) is { } kept)
            {
                return kept;
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            return await session.Nodes.GetCatalogueAsync(refresh: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsHarmless(e))
        {
            return null;
        }
    }

    private static bool IsHarmless(Exception error)
        => error is ComfyUIException or OperationCanceledException or IOException or RuntimeException or ArgumentException or InvalidOperationException
            or NotSupportedException or UnauthorizedAccessException;
}
