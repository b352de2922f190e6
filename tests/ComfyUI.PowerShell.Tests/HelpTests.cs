using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace ComfyUI.PowerShell.Tests;

/// <summary>What can be said of the help without a PowerShell: the rest is in Help.Tests.ps1.</summary>
public sealed class HelpTests
{
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";

    // As ErrorRecords gives them; an id may differ from its type.
    private static readonly Dictionary<string, string[]> Categories = new(StringComparer.Ordinal)
    {
        ["ComfyUIException"] = ["InvalidArgument", "ReadError", "WriteError", "LimitsExceeded"],
        ["ComfyUIConnectionException"] = ["ConnectionError", "SecurityError"],
        ["ComfyUIAuthenticationException"] = ["AuthenticationError"],
        ["ComfyUIForbiddenException"] = ["PermissionDenied"],
        ["ComfyUINotFoundException"] = ["ObjectNotFound"],
        ["ComfyUIValidationException"] = ["InvalidData", "InvalidArgument"],
        ["ComfyUIExecutionException"] = ["InvalidOperation"],
        ["ComfyUIInterruptedException"] = ["OperationStopped"],
        ["ComfyUITimeoutException"] = ["OperationTimeout"],
        ["ComfyUIServerException"] = ["ResourceUnavailable"],
        ["ComfyUIProtocolException"] = ["ProtocolError"],
        ["several types"] = ["that of the cause"],
    };

    private static string Pages => Path.Combine(Build.RepositoryRoot, "docs", "en-US");

    private static string Built => Path.Combine(Build.RepositoryRoot, "en-US");

    [Fact]
    public void Every_cmdlet_has_a_page_and_every_page_a_cmdlet()
    {
        var pages = Directory.GetFiles(Pages, "*.md").Select(p => Path.GetFileNameWithoutExtension(p)!).Where(n => n != "README");
        Assert.Equal(CmdletClass.Exported.Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Index_links_every_page_and_topic()
    {
        var index = File.ReadAllText(Path.Combine(Pages, "README.md"));
        var files = Directory.GetFiles(Pages).Select(p => Path.GetFileName(p)).Where(n => n != "README.md");
        Assert.DoesNotContain(files, f => !index.Contains($"({f})", StringComparison.Ordinal));
        AssertLinks(Path.Combine(Pages, "README.md"));
    }

    [Fact]
    public void Links_between_pages_lead_somewhere() => Assert.All(Directory.GetFiles(Pages, "*.md"), AssertLinks);

    [Fact]
    public void Maml_holds_every_cmdlet_with_examples_and_texts()
    {
        var document = XDocument.Load(Path.Combine(Built, "ComfyUI.PowerShell.dll-Help.xml"));
        var commands = document.Root!.Elements(Command + "command").ToArray();
        Assert.Equal(
            CmdletClass.Exported.Order(StringComparer.Ordinal),
            commands.Select(c => c.Descendants(Command + "name").First().Value).Order(StringComparer.Ordinal));
        Assert.All(commands, command =>
        {
            Assert.True(command.Descendants(Command + "example").Count() >= 3, command.Descendants(Command + "name").First().Value);
            Assert.All(command.Element(Command + "parameters")!.Elements(), p => Assert.NotEqual("", p.Element(Maml + "description")!.Value.Trim()));
        });
    }

    [Fact]
    public void Built_topics_are_those_of_the_pages()
    {
        foreach (var topic in Directory.GetFiles(Pages, "about_*.help.txt"))
        {
            Assert.Equal(File.ReadAllText(topic), File.ReadAllText(Path.Combine(Built, Path.GetFileName(topic))));
        }

        Assert.Equal(Directory.GetFiles(Pages, "about_*").Length, Directory.GetFiles(Built, "about_*").Length);
    }

    [Fact]
    public void Topics_are_plain_text_of_80_columns()
    {
        foreach (var topic in Directory.GetFiles(Pages, "about_*.help.txt"))
        {
            var lines = File.ReadAllLines(topic);
            Assert.Equal("TOPIC", lines[0]);
            Assert.DoesNotContain(lines, l => l.Length > 80 || l.Any(c => c is < ' ' or > '~'));
        }
    }

    [Fact]
    public void Topics_name_only_cmdlets_that_exist()
    {
        var named =
            from topic in Directory.GetFiles(Pages, "about_*.help.txt").Append(Path.Combine(Build.RepositoryRoot, "README.md"))
            from match in Regex.Matches(File.ReadAllText(topic), @"\b[A-Z][a-z]+(To)?-ComfyUI[A-Za-z]*\b")
            select match.Value;
        Assert.Empty(named.Except(CmdletClass.Exported));
    }

    [Fact]
    public void Every_error_id_is_explained()
    {
        var entries = Regex.Matches(
            File.ReadAllText(Path.Combine(Pages, "about_ComfyUI_Errors.help.txt")),
            @"^    (?<id>[A-Z]\w+)\r?\n        (?<type>[\w ]+), (?<category>[\w ]+)\r?\n(?<text>(        .+\r?\n)+)",
            RegexOptions.Multiline);
        Assert.Equal(ErrorIds().Order(StringComparer.Ordinal), entries.Select(e => e.Groups["id"].Value).Order(StringComparer.Ordinal));
        Assert.All(entries, entry =>
        {
            Assert.Contains(entry.Groups["category"].Value, Categories[entry.Groups["type"].Value]);
            Assert.Contains("        -> ", entry.Groups["text"].Value, StringComparison.Ordinal);
        });
    }

    // The constants of the client, and what single cmdlets name themselves.
    private static IEnumerable<string> ErrorIds()
    {
        var sources = new[] { "ComfyUI.Client", "ComfyUI.PowerShell" }
            .SelectMany(p => Directory.GetFiles(Path.Combine(Build.RepositoryRoot, "src", p), "*.cs", SearchOption.AllDirectories))
            .Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);
        var patterns = new[]
        {
            @"public const string (\w+) = nameof\(\1\);",
            @"const string \w+Id = ""(\w+)"";",
            @"(?:new ComfyUI\w*Exception|InvalidArgument)\(\s*""(\w+)"",",
        };
        return sources.SelectMany(s => patterns.SelectMany(p => Regex.Matches(s, p).Select(m => m.Groups[1].Value))).Distinct();
    }

    private static void AssertLinks(string page)
    {
        var targets = Regex.Matches(File.ReadAllText(page), @"\]\((?!https?:)([^)#]+)").Select(m => m.Groups[1].Value);
        Assert.DoesNotContain(targets, t => !File.Exists(Path.Combine(Pages, t)));
    }
}
