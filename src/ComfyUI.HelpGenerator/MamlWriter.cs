using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>Writes MAML, the XML that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(string path, IReadOnlyList<HelpPage> pages, IReadOnlyList<CmdletInfo> cmdlets)
    {
        var document = new XDocument(
            new XElement(
                Msh + "helpItems",
                new XAttribute("schema", "maml"),
                cmdlets.Select(c => Cmdlet(c, pages.FirstOrDefault(p => p.Name == c.Name)))));

        // Beside it first: a PowerShell that reads the old one must not see half a file.
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var writer = XmlWriter.Create(temporary, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) }))
        {
            document.Save(writer);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static XElement Cmdlet(CmdletInfo cmdlet, HelpPage? page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            Description(page?.Synopsis ?? [cmdlet.Summary])),
        Description(page?.Description ?? [cmdlet.Summary]),
        new XElement(Command + "syntax", Syntax.Sets(cmdlet).Select(s => SyntaxItem(cmdlet, s))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(p => Parameter(p, Syntax.Shown(p, cmdlet), Text(p, page), inSyntax: false))),
        new XElement(Command + "inputTypes", Inputs(cmdlet)),
        new XElement(Command + "returnValues", Outputs(cmdlet)),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page?.Notes ?? []))),
        new XElement(Command + "examples", (page?.Examples ?? []).Select(Example)),
        new XElement(Command + "relatedLinks", (page?.Related ?? []).Select(Link)));

    private static XElement SyntaxItem(CmdletInfo cmdlet, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        Syntax.Of(cmdlet, set).Select(p => Parameter(p.Parameter, p.Set, [], inSyntax: true)));

    private static XElement Parameter(ParameterInfo parameter, ParameterSet set, IReadOnlyList<string> text, bool inSyntax)
    {
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", Bool(set.IsMandatory)),
            new XAttribute("variableLength", Bool(parameter.Type.Name.EndsWith("[]", StringComparison.Ordinal))),
            new XAttribute("globbing", Bool(parameter.TakesWildcards)),
            new XAttribute("pipelineInput", Syntax.PipelineInput(inSyntax ? [set] : parameter.Sets)),
            new XAttribute("position", set.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(text));
        if (inSyntax && parameter.Choices.Count > 0)
        {
            element.Add(new XElement(Command + "parameterValueGroup", parameter.Choices.Select(c => new XElement(Command + "parameterValue", Required(false), c))));
        }

        if (!inSyntax || !parameter.IsSwitch)
        {
            element.Add(new XElement(Command + "parameterValue", Required(!parameter.IsSwitch), parameter.Type.Name));
        }

        element.Add(
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type.Name)),
            new XElement(Dev + "defaultValue", parameter.Default ?? "None"));
        return element;
    }

    private static XAttribute[] Required(bool required) => [new("required", Bool(required)), new("variableLength", "false")];

    private static IReadOnlyList<string> Text(ParameterInfo parameter, HelpPage? page)
    {
        var text = page is not null && page.Parameters.TryGetValue(parameter.Name, out var own) ? own.Paragraphs : [parameter.Text];
        return parameter.Choices.Count == 0 ? text : [.. text, $"Values: {string.Join(", ", parameter.Choices)}."];
    }

    private static IEnumerable<XElement> Inputs(CmdletInfo cmdlet)
        => from parameter in cmdlet.Parameters
           where parameter.Sets.Any(s => s.ByValue)
           select new XElement(Command + "inputType", Type(parameter.Type), Description([parameter.Type.Description]));

    private static IEnumerable<XElement> Outputs(CmdletInfo cmdlet)
        => cmdlet.OutputTypes.Select(t => new XElement(Command + "returnValue", Type(t), Description([t.Description])));

    private static XElement Type(TypeText type) => new(Dev + "type", new XElement(Maml + "name", type.Name));

    private static XElement Example(HelpExample example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"Example {index + 1}: {example.Title}"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static XElement Link(HelpLink link) => new(
        Maml + "navigationLink", new XElement(Maml + "linkText", link.Text), new XElement(Maml + "uri", link.Address));

    private static XElement Description(IReadOnlyList<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<string> paragraphs) => paragraphs.Select(p => new XElement(Maml + "para", p));

    private static string Bool(bool value) => value ? "true" : "false";
}
