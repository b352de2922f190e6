using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>An input of a node of the prompt: a value, or an output of another node.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Value">The value; null for JSON null, and for links. It belongs to the document.</param>
/// <param name="Type">What a value that has to be wrapped is said to be (<c>__type__</c>); null when nothing is said.</param>
/// <param name="Origin">The node whose output it is; null for values.</param>
/// <param name="Slot">The index of the output.</param>
internal readonly record struct PromptInput(string Name, JsonNode? Value, string? Type, NodeInstance? Origin, int Slot)
{
    internal static PromptInput Literal(string name, JsonNode? value, string? type = null) => new(name, value, type, null, 0);

    internal static PromptInput Link(string name, NodeInstance origin, int slot) => new(name, null, null, origin, slot);
}

/// <summary>The inputs of one node at a time, in the order in which they were first set. A workflow's nodes take turns with it.</summary>
internal sealed class PromptInputs
{
    // Below this, looking through the list is quicker than building an index of it.
    private const int SmallCount = 16;

    private readonly List<PromptInput> _items = [];
    private Dictionary<string, int>? _places;

    internal IReadOnlyList<PromptInput> Items => _items;

    internal void Clear()
    {
        _items.Clear();
        _places = null;
    }

    /// <summary>Sets an input. What was set before under its name is gone.</summary>
    internal void Set(PromptInput input)
    {
        int place = IndexOf(input.Name);
        if (place >= 0)
        {
            _items[place] = input;
            return;
        }

        _places?.Add(input.Name, _items.Count);
        _items.Add(input);
    }

    /// <summary>The input of that name; null when it is not set.</summary>
    internal PromptInput? Find(string name) => IndexOf(name) is var place && place >= 0 ? _items[place] : null;

    private int IndexOf(string name)
    {
        if (_items.Count > SmallCount)
        {
            return (_places ??= Index()).TryGetValue(name, out int place) ? place : -1;
        }

        for (int i = 0; i < _items.Count; i++)
        {
            if (_items[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private Dictionary<string, int> Index()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < _items.Count; i++)
        {
            places.Add(_items[i].Name, i);
        }

        return places;
    }
}
