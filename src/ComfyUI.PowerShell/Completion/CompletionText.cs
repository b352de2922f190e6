using System;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ComfyUI.PowerShell;

/// <summary>What completers have in common: matching what was typed so far, and quoting what needs it.</summary>
internal static class CompletionText
{
    internal static bool Matches(string value, string? typed)
    {
        string start = (typed ?? string.Empty).Trim('\'', '"');
        return value.StartsWith(start, StringComparison.OrdinalIgnoreCase);
    }

    internal static CompletionResult Result(string value, string? toolTip = null)
        => new(Quote(value), value, CompletionResultType.ParameterValue, string.IsNullOrWhiteSpace(toolTip) ? value : toolTip);

    private static string Quote(string value)
    {
        bool plain = value.Length > 0;
        foreach (char c in value)
        {
            plain &= char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '\\';
        }

        return plain ? value : "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'";
    }
}
