using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>Which parameters go together, and in which order they are shown.</summary>
internal static class Syntax
{
    private const string AllSets = "";

    /// <summary>The parameter sets, the default one first.</summary>
    public static IReadOnlyList<string> Sets(CmdletInfo cmdlet)
    {
        var named = cmdlet.Parameters.SelectMany(p => p.Sets).Select(s => s.Name).Where(n => n != AllSets).Distinct();
        // The default set may hold no parameter of its own, as that of Connect-ComfyUI.
        var withDefault = cmdlet.DefaultSet.Length > 0 ? named.Append(cmdlet.DefaultSet).Distinct() : named;
        var sets = withDefault.OrderByDescending(n => n == cmdlet.DefaultSet).ToArray();
        return sets.Length > 0 ? sets : [AllSets];
    }

    /// <summary>The parameters of a set: by position, then those that must be given, then the others.</summary>
    public static IEnumerable<(ParameterInfo Parameter, ParameterSet Set)> Of(CmdletInfo cmdlet, string set)
        => from parameter in cmdlet.Parameters
           let declared = parameter.Sets.FirstOrDefault(s => s.Name == set) ?? parameter.Sets.FirstOrDefault(s => s.Name == AllSets)
           where declared is not null
           orderby declared.Position ?? int.MaxValue, !declared.IsMandatory
           select (parameter, declared);

    /// <summary>What to say of a parameter as a whole: as it is in the default set when it is there.</summary>
    public static ParameterSet Shown(ParameterInfo parameter, CmdletInfo cmdlet)
        => parameter.Sets.FirstOrDefault(s => s.Name == cmdlet.DefaultSet) ?? parameter.Sets[0];

    public static string PipelineInput(IReadOnlyList<ParameterSet> sets)
    {
        string[] ways = [.. sets.Any(s => s.ByValue) ? ["ByValue"] : (string[])[], .. sets.Any(s => s.ByPropertyName) ? ["ByPropertyName"] : (string[])[]];
        return ways.Length == 0 ? "False" : $"True ({string.Join(", ", ways)})";
    }
}
