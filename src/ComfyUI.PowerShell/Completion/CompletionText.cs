using System;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ComfyUI.PowerShell;

/// <summary>What completers have in common: matching what was typed so far, and quoting what needs it.</summary>
internal static class CompletionText
{
    internal static bool Matches(string value, string? typed)
    {
        return value.StartsWith(Typed(typed), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What was typed, without the quotes around it.</summary>
    internal static string Typed(string? word) => (word ?? string.Empty).Trim('\'', '"').Replace("''", "'");

    /// <param name="value">What the argument becomes, quoted where that is needed.</param>
    /// <param name="toolTip">What a person should know of it; null for the value.</param>
    /// <param name="shown">What the list shows; null for the value.</param>
    internal static CompletionResult Result(string value, string? toolTip = null, string? shown = null)
        => new(Quote(value), shown ?? value, CompletionResultType.ParameterValue, string.IsNullOrWhiteSpace(toolTip) ? shown ?? value : toolTip);

    private static string Quote(string value)
    {
        // What begins with a dash would be a parameter.
        bool plain = value.Length > 0 && value[0] != '-';
        foreach (char c in value)
        {
            plain &= char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '\\';
        }

        return plain ? value : "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'";
    }
}
