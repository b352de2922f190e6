using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Completes a value from what the session's server has. It never throws and never keeps the prompt waiting for long: what the server
/// has not said in time is there at the next Tab.
/// </summary>
public abstract class ServerCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1300);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return Session(fakeBoundParameters) is { } session
                ? CompletionText.Select(Find(session, commandName, fakeBoundParameters), wordToComplete, IsPattern(commandName))
                : [];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A prompt that complains about Tab is worse than one that completes nothing.
            return [];
        }
    }

    /// <summary>What the value can be, by what the server says.</summary>
    /// <param name="session">The session.</param>
    /// <param name="command">The cmdlet whose argument is completed.</param>
    /// <param name="bound">Its other arguments, as far as they are given.</param>
    private protected abstract Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound);

    /// <summary>An argument that is given already, as text; null when it is not.</summary>
    internal static string? Bound(IDictionary bound, string name)
    {
        object? value = bound.Contains(name) ? ObjectToJson.Unwrap(bound[name]) : null;
        if (value is IList { Count: 1 } list)
        {
            value = ObjectToJson.Unwrap(list[0]);
        }

        // The id of a node comes as a number.
        return value is string or IConvertible ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The session that a command uses: the given one, else the default; null when there is none.</summary>
    internal static ComfyUISession? Session(IDictionary bound)
    {
        object? given = bound.Contains("Session") ? ObjectToJson.Unwrap(bound["Session"]) : null;
        return given switch
        {
            ComfyUISession session => session,
            string name => SessionTable.Current.Find(name),
            _ => SessionTable.Current.Default,
        };
    }

    private IReadOnlyList<Candidate> Find(ComfyUISession session, string command, IDictionary bound)
    {
        IReadOnlyList<Candidate> found = [];
        Task finding = Task.Run(async () => found = await FindAsync(session, command, bound).ConfigureAwait(false), CancellationToken.None);
        PipelinePump.WaitFor(finding, Patience);
        return finding.Status == TaskStatus.RanToCompletion ? found : [];
    }

    // Names that are looked for may have wildcards; those that are acted on are taken as they are.
    private static bool IsPattern(string command) => command.StartsWith("Get-", StringComparison.OrdinalIgnoreCase);
}
