using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace ComfyUI.PowerShell;

/// <summary>What completers have in common: matching what was typed so far, and quoting what needs it.</summary>
internal static class CompletionText
{
    /// <summary>The candidates that fit what was typed: those that begin with it, then those that have it anywhere.</summary>
    /// <param name="candidates">What there is.</param>
    /// <param name="word">What was typed so far.</param>
    /// <param name="isPattern">Whether the argument may have wildcards, which the name of a thing must not be taken for.</param>
    internal static List<CompletionResult> Select(IEnumerable<Candidate> candidates, string? word, bool isPattern)
    {
        string typed = isPattern ? WildcardPattern.Unescape(Typed(word)) : Typed(word);
        var first = new List<CompletionResult>();
        var others = new List<CompletionResult>();
        foreach (Candidate candidate in candidates)
        {
            int at = candidate.Text.IndexOf(typed, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                string value = isPattern ? WildcardPattern.Escape(candidate.Text) : candidate.Text;
                string code = candidate.IsCode ? candidate.Text : Quote(value, word);
                (at == 0 ? first : others).Add(Result(code, candidate.ToolTip, candidate.Shown ?? candidate.Text));
            }
        }

        first.AddRange(others);
        return first;
    }

    // Without the quotes around it, and what they make necessary inside.
    private static string Typed(string? word)
    {
        if (string.IsNullOrEmpty(word))
        {
            return string.Empty;
        }

        if (IsDoubleQuote(word![0]))
        {
            return WithoutBackticks(word.Trim('"', '\u201C', '\u201D', '\u201E'));
        }

        return word.Trim('\'').Replace("''", "'");
    }

    private static CompletionResult Result(string code, string? toolTip, string shown)
        => new(code, shown, CompletionResultType.ParameterValue, string.IsNullOrWhiteSpace(toolTip) ? shown : toolTip);

    // In the quotes that were typed, or in such as are needed.
    private static string Quote(string value, string? word)
    {
        char opening = string.IsNullOrEmpty(word) ? '\0' : word![0];
        if (IsDoubleQuote(opening))
        {
            return '"' + WithBackticks(value) + '"';
        }

        // What begins with a dash would be a parameter.
        bool plain = value.Length > 0 && value[0] != '-' && opening != '\'';
        foreach (char c in value)
        {
            plain &= char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '\\';
        }

        return plain ? value : "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'";
    }

    // PowerShell takes the quotes of typesetting for quotes, too.
    private static bool IsDoubleQuote(char c) => c is '"' or '\u201C' or '\u201D' or '\u201E';

    private static string WithBackticks(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (char c in value)
        {
            if (c is '$' or '`' || IsDoubleQuote(c))
            {
                text.Append('`');
            }

            text.Append(c);
        }

        return text.ToString();
    }

    private static string WithoutBackticks(string text)
    {
        var value = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '`' && i < text.Length - 1)
            {
                i++;
            }

            value.Append(text[i]);
        }

        return value.ToString();
    }
}
