using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the names of the runspace's sessions.</summary>
public sealed class SessionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        foreach (ComfyUISession session in SessionTable.Current.List())
        {
            if (CompletionText.Matches(session.Name, wordToComplete))
            {
                yield return CompletionText.Result(session.Name, session.ToString());
            }
        }
    }
}
