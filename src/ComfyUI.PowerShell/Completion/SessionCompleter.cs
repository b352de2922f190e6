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
        var names = new List<Candidate>();
        foreach (ComfyUISession session in SessionTable.Current.List())
        {
            names.Add(new Candidate(session.Name, session.ToString()));
        }

        return CompletionText.Select(names, wordToComplete, isPattern: false);
    }
}
