using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ComfyUI.Client;

/// <summary>
/// What the interface does with a choice between runs: it goes on among the choices that the filter lets through, whose text is kept behind the
/// word. The first and the last are the ends, unless the word is <c>increment-wrap</c>.
/// </summary>
internal static class ComboControl
{
    // A pattern is only another file's word.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The choice after so many runs; null when there is none to go to.</summary>
    internal static JsonNode? Next(string word, string? filter, JsonNode? current, IReadOnlyList<object> choices, int runs)
    {
        List<object> allowed = Filtered(choices, filter);
        if (allowed.Count == 0)
        {
            return null;
        }

        int index = allowed.IndexOf(InputValues.FindChoice(allowed, JsonAccess.Display(current))!);
        long next = word switch
        {
            SeedControl.Increment => (long)index + runs,
            SeedControl.IncrementWrap => ((long)index + runs) % allowed.Count,
            SeedControl.Decrement => (long)index - runs,
            SeedControl.Randomize => (long)RandomSeed.Between(0, allowed.Count, 1),
            _ => index,
        };
        return InputValues.ToJson(allowed[(int)Math.Max(0, Math.Min(allowed.Count - 1, next))]);
    }

    // Between slashes it is a regular expression; else, and if that is none, a part of the name in whatever case.
    private static List<object> Filtered(IReadOnlyList<object> choices, string? filter)
    {
        Func<string, bool> passes = string.IsNullOrEmpty(filter) ? _ => true : Pattern(filter!) ?? (name => name.IndexOf(filter, StringComparison.OrdinalIgnoreCase) >= 0);
        var allowed = new List<object>();
        IReadOnlyList<string> names = InputValues.Names(choices);
        for (int i = 0; i < choices.Count; i++)
        {
            if (passes(names[i]))
            {
                allowed.Add(choices[i]);
            }
        }

        return allowed;
    }

    private static Func<string, bool>? Pattern(string filter)
    {
        if (filter.Length < 2 || filter[0] != '/' || filter[filter.Length - 1] != '/')
        {
            return null;
        }

        try
        {
            var pattern = new Regex(filter.Substring(1, filter.Length - 2), RegexOptions.ECMAScript, Patience);
            return name => Matches(pattern, name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Matches(Regex pattern, string name)
    {
        try
        {
            return pattern.IsMatch(name);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
