using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;

namespace ComfyUI.HelpGenerator;

/// <summary>Reads the cmdlets of an assembly. Nothing of it is run: what it was compiled against is hollow and cannot run.</summary>
internal static class CmdletReader
{
    // Of every cmdlet that can be asked what it would do; PowerShell adds them itself.
    private static readonly ParameterInfo[] ShouldProcessParameters =
    [
        Common("WhatIf", "wi", "Shows what would happen, and does nothing."),
        Common("Confirm", "cf", "Asks before each change."),
    ];

    public static IReadOnlyList<CmdletInfo> ReadAll(string module, string powerShell)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(module))!;
        var context = new AssemblyLoadContext("module");
        context.Resolving += (_, name) => name.Name == Path.GetFileNameWithoutExtension(powerShell)
            ? Load(context, powerShell)
            : File.Exists(Path.Combine(folder, name.Name + ".dll")) ? Load(context, Path.Combine(folder, name.Name + ".dll")) : null;
        var assembly = Load(context, module);
        var texts = new XmlTexts(Directory.GetFiles(folder, "*.xml"));
        return
        [
            .. from type in assembly.GetExportedTypes()
               let attribute = Find(type, "CmdletAttribute").SingleOrDefault()
               where attribute is not null
               let cmdlet = Read(type, attribute, texts)
               orderby cmdlet.Name
               select cmdlet,
        ];
    }

    // By way of memory, so that no file stays locked.
    private static Assembly Load(AssemblyLoadContext context, string path)
    {
        using var bytes = new MemoryStream(File.ReadAllBytes(path));
        return context.LoadFromStream(bytes);
    }

    private static CmdletInfo Read(Type type, CustomAttributeData attribute, XmlTexts texts)
    {
        var parameters =
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            let declared = Find(property, "ParameterAttribute").ToArray()
            where declared.Length > 0 && !declared.All(d => Named(d, "DontShow") is true)
            let parameter = Read(property, declared, texts)
            // What bases bring comes first, but for the session: it is the least of a cmdlet's parameters.
            orderby parameter.Name == "Session" && parameter.Sets.All(s => s.Position is null), Depth(property.DeclaringType!), property.MetadataToken
            select parameter;
        var outputs =
            from output in Find(type, "OutputTypeAttribute")
            from argument in output.ConstructorArguments
            from one in argument.Value is IEnumerable<CustomAttributeTypedArgument> many ? many.Select(m => m.Value) : [argument.Value]
            where one is Type { Name: not "Void" }
            select TypeNames.Describe((Type)one, texts);
        return new CmdletInfo(
            (string)attribute.ConstructorArguments[0].Value!,
            (string)attribute.ConstructorArguments[1].Value!,
            texts.Find(type),
            Named(attribute, "DefaultParameterSetName") as string ?? "",
            [.. parameters, .. Named(attribute, "SupportsShouldProcess") is true ? ShouldProcessParameters : []],
            [.. outputs]);
    }

    private static ParameterInfo Read(PropertyInfo property, CustomAttributeData[] declared, XmlTexts texts)
    {
        var aliases = Find(property, "AliasAttribute").SelectMany(Strings);
        var choices = Find(property, "ValidateSetAttribute").SelectMany(Strings).ToArray();
        var type = TypeNames.Plain(property.PropertyType);
        var element = type.IsArray ? type.GetElementType()! : type;
        return new ParameterInfo(
            property.Name,
            TypeNames.Describe(property.PropertyType, texts),
            type.Name == "SwitchParameter",
            [.. declared.Select(ReadSet)],
            [.. aliases],
            choices.Length > 0 || !element.IsEnum ? choices : Enum.GetNames(element),
            Find(property, "SupportsWildcardsAttribute").Any(),
            DefaultValues.Find(property),
            texts.Find(property));
    }

    private static ParameterSet ReadSet(CustomAttributeData attribute)
    {
        var name = Named(attribute, "ParameterSetName") as string;
        return new ParameterSet(
            name is null or "__AllParameterSets" ? "" : name,
            Named(attribute, "Mandatory") is true,
            Named(attribute, "Position") is int position and >= 0 ? position : null,
            Named(attribute, "ValueFromPipeline") is true,
            Named(attribute, "ValueFromPipelineByPropertyName") is true);
    }

    private static ParameterInfo Common(string name, string alias, string text)
        => new(name, new TypeText("SwitchParameter", ""), true, [new ParameterSet("", false, null, false, false)], [alias], [], false, "False", text);

    private static IEnumerable<CustomAttributeData> Find(MemberInfo member, string name)
        => member.GetCustomAttributesData().Where(a => a.AttributeType.Name == name);

    private static object? Named(CustomAttributeData attribute, string name)
        => attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    private static IEnumerable<string> Strings(CustomAttributeData attribute)
        => attribute.ConstructorArguments.SelectMany(a => ((IEnumerable<CustomAttributeTypedArgument>)a.Value!).Select(v => (string)v.Value!));

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;
}
