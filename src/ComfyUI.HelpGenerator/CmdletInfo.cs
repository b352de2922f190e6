using System.Collections.Generic;

namespace ComfyUI.HelpGenerator;

/// <summary>A cmdlet as the assembly declares it.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Noun">To what.</param>
/// <param name="Summary">The class's documentation; a page's synopsis goes before it.</param>
/// <param name="DefaultSet">The parameter set that is tried first; empty when none is named.</param>
/// <param name="Parameters">The parameters, those that matter most first.</param>
/// <param name="OutputTypes">What it writes.</param>
internal sealed record CmdletInfo(
    string Verb, string Noun, string Summary, string DefaultSet, IReadOnlyList<ParameterInfo> Parameters, IReadOnlyList<TypeText> OutputTypes)
{
    public string Name => $"{Verb}-{Noun}";
}

/// <summary>A parameter of a cmdlet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsSwitch">Takes no value.</param>
/// <param name="Sets">How it is declared in each set; the name "" stands for all sets.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Choices">The values it takes, when they are few and known.</param>
/// <param name="TakesWildcards">Wildcards are allowed.</param>
/// <param name="Default">Its value when it is not given, where that is a plain value.</param>
/// <param name="Text">The property's documentation; empty when there is none.</param>
internal sealed record ParameterInfo(
    string Name,
    TypeText Type,
    bool IsSwitch,
    IReadOnlyList<ParameterSet> Sets,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Choices,
    bool TakesWildcards,
    string? Default,
    string Text);

/// <summary>How a parameter is declared in one parameter set.</summary>
/// <param name="Name">The set; "" for all.</param>
/// <param name="IsMandatory">It must be given.</param>
/// <param name="Position">Its place among those without a name; null when it has none.</param>
/// <param name="ByValue">It takes whole objects from the pipeline.</param>
/// <param name="ByPropertyName">It takes properties of objects from the pipeline.</param>
internal sealed record ParameterSet(string Name, bool IsMandatory, int? Position, bool ByValue, bool ByPropertyName);

/// <summary>A type as a user writes it, and what its documentation says.</summary>
internal sealed record TypeText(string Name, string Description);
