using System;
using System.Collections.Generic;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>
/// The names of members while a text is read. The nodes, links and slots of a workflow are alike, and names of their own for each would be much
/// of what a large one takes.
/// </summary>
internal sealed class MemberNames
{
    private const int MostPlaces = 64;
    private const int MostNames = 1024;

    private readonly List<List<string>> _last = [];
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The name of a member.</summary>
    /// <param name="property">The member.</param>
    /// <param name="depth">How deep its object is.</param>
    /// <param name="place">Its place in the object. The object before at the same depth most often has the same name there.</param>
    internal string Read(JsonProperty property, int depth, int place)
    {
        while (_last.Count <= depth)
        {
            _last.Add([]);
        }

        List<string> last = _last[depth];
        if (place < last.Count && property.NameEquals(last[place]))
        {
            return last[place];
        }

        string name = Share(property.Name);
        if (place < last.Count)
        {
            last[place] = name;
        }
        else if (place == last.Count && place < MostPlaces)
        {
            last.Add(name);
        }

        return name;
    }

    private string Share(string name)
    {
        if (_known.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (_known.Count < MostNames)
        {
            _known.Add(name, name);
        }

        return name;
    }
}
