using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ComfyUI.PowerShell.Tests;

/// <summary>
/// The cmdlets of the built module, read without being loaded: what they were compiled against is hollow and cannot run.
/// </summary>
internal sealed class CmdletClass
{
    private static readonly Lazy<IReadOnlyList<CmdletClass>> Cmdlets = new(ReadAll);
    private static readonly Lazy<IReadOnlyList<string>> ExportedNames = new(ReadExported);

    private CmdletClass(Type type, CustomAttributeData cmdlet)
    {
        Type = type;
        Verb = (string)cmdlet.ConstructorArguments[0].Value!;
        Noun = (string)cmdlet.ConstructorArguments[1].Value!;
        SupportsShouldProcess = cmdlet.NamedArguments.Any(a => a.MemberName == "SupportsShouldProcess" && a.TypedValue.Value is true);
    }

    public static IReadOnlyList<CmdletClass> All => Cmdlets.Value;

    /// <summary>What the manifest exports.</summary>
    public static IReadOnlyList<string> Exported => ExportedNames.Value;

    public Type Type { get; }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess { get; }

    public bool HasOutputType => Type.GetCustomAttributesData().Any(a => a.AttributeType.Name == "OutputTypeAttribute");

    /// <summary>The parameters, inherited ones included.</summary>
    public IEnumerable<PropertyInfo> Parameters => Type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => Has(p, "ParameterAttribute"));

    public static bool Has(PropertyInfo property, string attribute) => property.GetCustomAttributesData().Any(a => a.AttributeType.Name == attribute);

    private static CmdletClass[] ReadAll()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var context = new MetadataLoadContext(new PathAssemblyResolver(
            [.. Directory.GetFiles(runtime, "*.dll"), .. Directory.GetFiles(Build.ModuleBin, "*.dll"), Build.PowerShellStandard]));
        var module = context.LoadFromAssemblyPath(Path.Combine(Build.ModuleBin, "ComfyUI.PowerShell.dll"));
        return
        [
            .. from type in module.GetExportedTypes()
               let cmdlet = type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == "CmdletAttribute")
               where cmdlet is not null
               select new CmdletClass(type, cmdlet),
        ];
    }

    private static string[] ReadExported()
    {
        var list = Regex.Match(File.ReadAllText(Build.Manifest), @"CmdletsToExport\s*=\s*@\((.*?)\)", RegexOptions.Singleline).Groups[1].Value;
        return [.. Regex.Matches(list, "'([^']+)'").Select(m => m.Groups[1].Value)];
    }
}
