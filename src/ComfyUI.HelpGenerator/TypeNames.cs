using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>Names of types as PowerShell shows them.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["String"] = "string",
        ["Boolean"] = "bool",
        ["Byte"] = "byte",
        ["Int32"] = "int",
        ["Int64"] = "long",
        ["Double"] = "double",
        ["Object"] = "object",
        ["PSObject"] = "psobject",
        ["Uri"] = "uri",
        ["DateTime"] = "datetime",
        ["PSCredential"] = "pscredential",
    };

    /// <summary>The type without being nullable.</summary>
    public static Type Plain(Type type) => type is { IsGenericType: true, Name: "Nullable`1" } ? type.GetGenericArguments()[0] : type;

    public static TypeText Describe(Type type, XmlTexts texts)
    {
        type = Plain(type);
        var element = type.IsArray ? type.GetElementType()! : type;
        var own = element.Namespace?.StartsWith("ComfyUI", StringComparison.Ordinal) == true;
        return new TypeText(Name(type), own ? texts.Find(element) : "");
    }

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericType)
        {
            return $"{type.Name[..type.Name.IndexOf('`')]}[{string.Join(",", type.GetGenericArguments().Select(Name))}]";
        }

        return Short.GetValueOrDefault(type.Name, type.Name);
    }
}
