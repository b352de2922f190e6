using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Client;

/// <summary>What the server says of one node class (<c>GET /object_info</c>).</summary>
public sealed class ComfyUINodeDefinition
{
    // Looking through thousands of classes for a word needs the inputs of none.
    private IReadOnlyList<ComfyUIInputDefinition>? _inputs;
    private bool? _hasMatchTypes;

    internal ComfyUINodeDefinition(string name)
    {
        Name = name;
    }

    /// <summary>The class, as it stands in a prompt's <c>class_type</c>.</summary>
    public string Name { get; }

    /// <summary>The name people see; the class when the server gives none.</summary>
    public string DisplayName { get; internal set; } = string.Empty;

    /// <summary>What the node does, for people; empty when the server says nothing.</summary>
    public string Description { get; internal set; } = string.Empty;

    /// <summary>Where the node stands in the menu, parts separated by <c>/</c>.</summary>
    public string Category { get; internal set; } = string.Empty;

    /// <summary>The Python module the class comes from: <c>nodes</c>, <c>comfy_extras.x</c> or <c>custom_nodes.pack</c>.</summary>
    public string PythonModule { get; internal set; } = string.Empty;

    /// <summary>Whether the node is one that a run is made for, such as one that saves a file.</summary>
    public bool IsOutputNode { get; internal set; }

    /// <summary>Whether the class is kept for old workflows only.</summary>
    public bool IsDeprecated { get; internal set; }

    /// <summary>Whether the class may still change.</summary>
    public bool IsExperimental { get; internal set; }

    /// <summary>Whether the node calls a paid service and needs an API key.</summary>
    public bool IsApiNode { get; internal set; }

    /// <summary>Other words to find the class by.</summary>
    public IReadOnlyList<string> SearchAliases { get; internal set; } = [];

    /// <summary>The inputs in the server's order: required, optional, hidden.</summary>
    public IReadOnlyList<ComfyUIInputDefinition> Inputs => _inputs ??= InputReader?.Invoke() ?? [];

    /// <summary>The outputs; a link names them by their index, from 0.</summary>
    public IReadOnlyList<ComfyUIOutputDefinition> Outputs { get; internal set; } = [];

    /// <summary>Reads the inputs when they are first asked for; null for none.</summary>
    internal Func<IReadOnlyList<ComfyUIInputDefinition>>? InputReader { get; set; }

    /// <summary>Whether the server gave the order of the inputs; old ones did not.</summary>
    internal bool HasInputOrder { get; set; }

    /// <summary>Whether a server of 2026 wrote this; those check choices that are given as an option, too.</summary>
    internal bool IsOf2026 { get; set; }

    /// <summary>Whether some inputs must be of one type, whichever it is.</summary>
    internal bool HasMatchTypes => _hasMatchTypes ??= Inputs.Any(input => input.Type == WidgetTypes.MatchType);

    /// <summary>The input of that name; null when there is none.</summary>
    /// <param name="name">The exact name.</param>
    public ComfyUIInputDefinition? FindInput(string name)
    {
        foreach (ComfyUIInputDefinition input in Inputs)
        {
            if (input.Name == name)
            {
                return input;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
