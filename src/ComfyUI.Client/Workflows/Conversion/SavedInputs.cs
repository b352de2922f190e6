using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>
/// The file's inputs of one node at a time by name, each handed out once. An input is known by its own name or, failing that, by its widget's.
/// A workflow's nodes take turns with it, so that each does not need lists of its own.
/// </summary>
internal sealed class SavedInputs
{
    // Below this, looking through the list is quicker than building an index of it.
    private const int SmallCount = 16;

    private GraphSlot[] _slots = [];
    private bool[] _taken = [];
    private Dictionary<string, int>? _byName;
    private HashSet<string>? _openWidgets;

    /// <summary>Begins with the inputs of a node, none of them handed out.</summary>
    internal void Begin(GraphNode node)
    {
        _slots = node.Inputs;
        _byName = null;
        _openWidgets = null;
        if (_taken.Length < _slots.Length)
        {
            _taken = new bool[_slots.Length];
        }
        else
        {
            Array.Clear(_taken, 0, _slots.Length);
        }
    }

    internal GraphSlot? Take(string name)
    {
        int index = Find(name);
        if (index < 0 || _taken[index])
        {
            return null;
        }

        _taken[index] = true;
        return _slots[index];
    }

    /// <summary>Takes all whose names begin so.</summary>
    internal IEnumerable<GraphSlot> TakeGroup(string prefix)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (!_taken[i] && _slots[i].Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                _taken[i] = true;
                yield return _slots[i];
            }
        }
    }

    /// <summary>Whether the input at this place of the file's list was handed out.</summary>
    internal bool IsTaken(int index) => _taken[index];

    /// <summary>Whether the file marks the input's socket as a widget's, with no link to it. A pack's script may make a widget of any type.</summary>
    internal bool IsOpenWidget(string name)
    {
        if (_slots.Length <= SmallCount)
        {
            return Array.Exists(_slots, slot => IsOpenWidget(slot) && (slot.WidgetName ?? slot.Name) == name);
        }

        if (_openWidgets is null)
        {
            _openWidgets = new HashSet<string>(StringComparer.Ordinal);
            foreach (GraphSlot slot in _slots)
            {
                if (IsOpenWidget(slot))
                {
                    _openWidgets.Add(slot.WidgetName ?? slot.Name);
                }
            }
        }

        return _openWidgets.Contains(name);
    }

    private static bool IsOpenWidget(GraphSlot slot) => slot.HasWidget && slot.LinkId is null;

    private int Find(string name)
    {
        if (_slots.Length > SmallCount)
        {
            return (_byName ??= IndexByName(_slots)).TryGetValue(name, out int index) ? index : -1;
        }

        int byWidget = -1;
        for (int i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Name == name)
            {
                return i;
            }

            if (byWidget < 0 && _slots[i].WidgetName == name)
            {
                byWidget = i;
            }
        }

        return byWidget;
    }

    private static Dictionary<string, int> IndexByName(GraphSlot[] slots)
    {
        var index = new Dictionary<string, int>(slots.Length, StringComparer.Ordinal);
        for (int i = slots.Length - 1; i >= 0; i--)
        {
            if (slots[i].WidgetName is { } widgetName)
            {
                index[widgetName] = i;
            }
        }

        for (int i = slots.Length - 1; i >= 0; i--)
        {
            index[slots[i].Name] = i;
        }

        return index;
    }
}
