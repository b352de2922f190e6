using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Which node classes of a catalogue are wanted. What is not set leaves nothing out.</summary>
public sealed class ComfyUINodeFilter
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Decides by the name of the class.</summary>
    public Func<string, bool>? Name { get; init; }

    /// <summary>Decides by the category, such as <c>sampling/custom_sampling</c>.</summary>
    public Func<string, bool>? Category { get; init; }

    /// <summary>Words that must all occur, whatever their case, in the name, display name, description, category or aliases taken together.</summary>
    public string? Search { get; init; }

    /// <summary>A type that one of the inputs must take by name, such as <c>IMAGE</c>; inputs that take anything do not count.</summary>
    public string? InputType { get; init; }

    /// <summary>A type that one of the outputs must have.</summary>
    public string? OutputType { get; init; }

    /// <summary>Only output nodes, or with false only others.</summary>
    public bool? IsOutputNode { get; init; }

    /// <summary>Only deprecated classes, or with false only others.</summary>
    public bool? IsDeprecated { get; init; }

    /// <summary>Only experimental classes, or with false only others.</summary>
    public bool? IsExperimental { get; init; }

    /// <summary>Only nodes that call a paid service, or with false only others.</summary>
    public bool? IsApiNode { get; init; }

    /// <summary>Whether a class is wanted.</summary>
    public bool Matches(ComfyUINodeDefinition node)
        => (Name is null || Name(node.Name))
        && (Category is null || Category(node.Category))
        && Agrees(IsOutputNode, node.IsOutputNode)
        && Agrees(IsDeprecated, node.IsDeprecated)
        && Agrees(IsExperimental, node.IsExperimental)
        && Agrees(IsApiNode, node.IsApiNode)
        && (InputType is null || HasInput(node, InputType))
        && (OutputType is null || HasOutput(node, OutputType))
        && (Search is null || HasWords(node, Search));

    /// <summary>The wanted classes of a catalogue, in its order.</summary>
    public IEnumerable<ComfyUINodeDefinition> Apply(ComfyUINodeCatalogue catalogue)
    {
        foreach (ComfyUINodeDefinition node in catalogue.Named(Name))
        {
            if (Matches(node))
            {
                yield return node;
            }
        }
    }

    private static bool Agrees(bool? wanted, bool actual) => wanted is null || wanted == actual;

    private static bool HasInput(ComfyUINodeDefinition node, string type)
    {
        foreach (ComfyUIInputDefinition input in node.Inputs)
        {
            if (input.Section != ComfyUIInputSection.Hidden && IsType(input.Type, type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOutput(ComfyUINodeDefinition node, string type)
    {
        foreach (ComfyUIOutputDefinition output in node.Outputs)
        {
            if (IsType(output.Type, type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsType(string declared, string wanted)
    {
        foreach (string one in declared.Split(','))
        {
            if (string.Equals(one.Trim(), wanted, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return string.Equals(declared, wanted, StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasWords(ComfyUINodeDefinition node, string words)
    {
        string text = string.Join("\n", node.Name, node.DisplayName, node.Description, node.Category, string.Join("\n", node.SearchAliases));
        foreach (string word in words.Split(Blanks, StringSplitOptions.RemoveEmptyEntries))
        {
            if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) < 0)
            {
                return false;
            }
        }

        return true;
    }
}
