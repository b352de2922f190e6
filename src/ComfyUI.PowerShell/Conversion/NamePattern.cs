using System;
using System.Collections.Generic;
using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>Names as a user gives them: with wildcards, or exact ones that must exist.</summary>
internal sealed class NamePattern
{
    private readonly List<WildcardPattern> _patterns = [];
    // What is written as it is means itself, even where it has brackets.
    private readonly HashSet<string> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _missing = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="names">The names; none means all.</param>
    internal NamePattern(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            bool isExact = !WildcardPattern.ContainsWildcardCharacters(name);
            _patterns.Add(new WildcardPattern(name, WildcardOptions.IgnoreCase));
            _exact.Add(name);
            if (isExact)
            {
                _missing.Add(WildcardPattern.Unescape(name));
            }
        }
    }

    /// <summary>The exact names that nothing has matched so far.</summary>
    internal IEnumerable<string> Missing => _missing;

    internal bool IsMatch(string name)
    {
        _missing.Remove(name);
        foreach (WildcardPattern pattern in _patterns)
        {
            if (pattern.IsMatch(name))
            {
                return true;
            }
        }

        return _patterns.Count == 0 || _exact.Contains(name);
    }
}
