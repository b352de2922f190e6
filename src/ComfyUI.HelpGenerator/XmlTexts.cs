using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>The documentation comments that the compiler wrote beside the assemblies, as plain text.</summary>
internal sealed class XmlTexts
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public XmlTexts(IEnumerable<string> files)
    {
        foreach (var member in files.Select(XDocument.Load).SelectMany(d => d.Descendants("member")))
        {
            if (member.Element("summary") is { } summary)
            {
                texts[member.Attribute("name")!.Value] = Flatten(summary);
            }
        }
    }

    public string Find(Type type) => texts.GetValueOrDefault("T:" + Name(type), "");

    public string Find(PropertyInfo property) => texts.GetValueOrDefault($"P:{Name(property.DeclaringType!)}.{property.Name}", "");

    private static string Name(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    private static string Flatten(XElement element)
        => Regex.Replace(string.Concat(element.Nodes().Select(Flatten)), @"\s+", " ", RegexOptions.CultureInvariant).Trim();

    private static string Flatten(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } reference when !reference.Nodes().Any()
            => (reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("langword") ?? reference.Attribute("href"))?.Value.Split('.', ':')[^1] ?? "",
        XElement element => string.Concat(element.Nodes().Select(Flatten)),
        _ => "",
    };
}
