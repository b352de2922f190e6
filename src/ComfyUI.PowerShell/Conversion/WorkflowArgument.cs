using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>What a user gives as <c>-Workflow</c>: a path, JSON text, a table, an object of ConvertFrom-Json, a workflow, a file or example on the server, or several of them.</summary>
internal static class WorkflowArgument
{
    /// <summary>
    /// Finds out what was given, on the pipeline's thread: paths are resolved against PowerShell's location, and wildcards may mean several.
    /// </summary>
    /// <returns>What is still to be read, each gives one workflow.</returns>
    internal static IEnumerable<Func<CancellationToken, Task<ComfyUIWorkflow>>> Resolve(object argument, Func<string, IReadOnlyList<string>> resolvePath)
    {
        switch (ObjectToJson.Unwrap(argument))
        {
            case ComfyUIWorkflow workflow:
                return [_ => Task.FromResult(workflow)];
            case ComfyUITemplate template:
                return [token => ReadAsync(template, token)];
            case ComfyUIUserFile { Session: { } session } file:
                return [token => session.UserFiles.GetWorkflowAsync(file.Path, token)];
            case FileInfo file:
                return [token => ComfyUIWorkflow.ReadAsync(file.FullName, token)];
            case string text when IsJson(text):
                return [_ => Task.FromResult(ComfyUIWorkflow.Parse(text))];
            case string text when string.IsNullOrWhiteSpace(text):
                throw NoWorkflow("an empty text");
            case string path:
                return ReadFiles(resolvePath(path));
            case IDictionary or PSCustomObject:
                JsonNode? node = ObjectToJson.Convert(argument);
                return [_ => Task.FromResult(WorkflowReader.FromNode(node, null))];
            case IList { Count: > 0 } several and not byte[]:
                var all = new List<Func<CancellationToken, Task<ComfyUIWorkflow>>>();
                foreach (object? item in several)
                {
                    all.AddRange(Resolve(item!, resolvePath));
                }

                return all;
            case null:
                throw NoWorkflow("nothing");
            case { } other:
                throw NoWorkflow("a " + other.GetType().Name);
        }
    }

    /// <summary>Reads each of these files.</summary>
    internal static IEnumerable<Func<CancellationToken, Task<ComfyUIWorkflow>>> ReadFiles(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            yield return token => ComfyUIWorkflow.ReadAsync(path, token);
        }
    }

    // What Get-ComfyUITemplate lists is fetched when it is used.
    private static async Task<ComfyUIWorkflow> ReadAsync(ComfyUITemplate template, CancellationToken cancellationToken)
    {
        ComfyUITemplate whole = template is { Workflow: null, Session: { } session }
            ? await session.Templates.GetAsync(template, cancellationToken).ConfigureAwait(false)
            : template;
        return whole.Workflow ?? throw NoWorkflow("an example without a session");
    }

    private static bool IsJson(string text)
    {
        string start = text.TrimStart(' ', '\t', '\r', '\n', '\uFEFF');
        return start.StartsWith("{", StringComparison.Ordinal) || (start.StartsWith("[", StringComparison.Ordinal) && start.IndexOf('{') > 0);
    }

    private static ComfyUIValidationException NoWorkflow(string what) => ErrorRecords.InvalidArgument(
        ComfyUIErrorId.InvalidWorkflow,
        $"A workflow is due, not {what}.",
        "Give a path, a file of Get-ChildItem or Get-ComfyUIUserFile, a template, JSON text, a hashtable, or what ConvertFrom-Json returns.");
}
