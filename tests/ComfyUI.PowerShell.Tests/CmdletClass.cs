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
    private static readonly Lazy<MetadataLoadContext> Context = new(CreateContext);
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

    /// <summary>The names of the types it says it writes.</summary>
    public IEnumerable<string> OutputTypes => Type.GetCustomAttributesData()
        .Where(a => a.AttributeType.Name == "OutputTypeAttribute")
        .SelectMany(a => a.ConstructorArguments)
        .SelectMany(a => a.Value is IEnumerable<CustomAttributeTypedArgument> several ? several.Select(s => s.Value) : [a.Value])
        .Select(value => (value as Type)?.FullName ?? value as string ?? "");

    /// <summary>The public types of one of the module's assemblies.</summary>
    public static IEnumerable<Type> PublicTypes(string assembly) =>
        Context.Value.LoadFromAssemblyPath(Path.Combine(Build.ModuleBin, assembly + ".dll")).GetExportedTypes();

    /// <summary>What the documentation calls a type and those of its public members that have a name of their own.</summary>
    public static IEnumerable<string> DocumentationIds(Type type)
    {
        var name = type.FullName!.Replace('+', '.');
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var isRecord = type.GetMethod("<Clone>$") is not null;
        return type.GetProperties(Own).Where(p => p.GetIndexParameters().Length == 0 && !(isRecord && IsPositional(type, p))).Select(p => $"P:{name}.{p.Name}")
            .Concat(type.GetFields(Own).Where(f => !f.IsSpecialName).Select(f => $"F:{name}.{f.Name}"))
            .Prepend($"T:{name}");
    }

    // The parameters of a record are described where the record is.
    private static bool IsPositional(Type type, PropertyInfo property) =>
        type.GetConstructors().Any(c => c.GetParameters().Any(p => p.Name == property.Name));

    public static bool Has(PropertyInfo property, string attribute) => property.GetCustomAttributesData().Any(a => a.AttributeType.Name == attribute);

    private static CmdletClass[] ReadAll()
    {
        return
        [
            .. from type in PublicTypes("ComfyUI.PowerShell")
               let cmdlet = type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == "CmdletAttribute")
               where cmdlet is not null
               select new CmdletClass(type, cmdlet),
        ];
    }

    private static MetadataLoadContext CreateContext()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return new MetadataLoadContext(new PathAssemblyResolver(
            [.. Directory.GetFiles(runtime, "*.dll"), .. Directory.GetFiles(Build.ModuleBin, "*.dll"), Build.PowerShellStandard]));
    }

    private static string[] ReadExported()
    {
        var list = Regex.Match(File.ReadAllText(Build.Manifest), @"CmdletsToExport\s*=\s*@\((.*?)\)", RegexOptions.Singleline).Groups[1].Value;
        return [.. Regex.Matches(list, "'([^']+)'").Select(m => m.Groups[1].Value)];
    }
}
