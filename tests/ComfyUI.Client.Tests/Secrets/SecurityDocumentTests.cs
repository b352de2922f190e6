using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>Every test that docs/security.md names is there.</summary>
public sealed class SecurityDocumentTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Document = File.ReadAllText(Path.Combine(Root, "docs", "security.md"));

    [Fact]
    public void Its_tests_in_this_project_exist()
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(Root, "tests", "ComfyUI.Client.Tests"), "*Tests.cs", SearchOption.AllDirectories)];
        MatchCollection named = Regex.Matches(Document, @"`(?<class>[A-Z]\w+Tests)(\.(?<test>\w+))?`");

        Assert.True(named.Count > 20);
        foreach (Match match in named)
        {
            string source = Assert.Single(sources, path => Path.GetFileName(path) == match.Groups["class"].Value + ".cs");
            Assert.Contains(match.Groups["test"].Value, File.ReadAllText(source), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Its_tests_of_cmdlets_exist()
    {
        foreach (Match match in Regex.Matches(Document, @"`(?<file>[A-Z][a-z]+): (?<test>[^`…]+)"))
        {
            string source = File.ReadAllText(Path.Combine(Root, "tests", "Pester", match.Groups["file"].Value + ".Tests.ps1"));
            Assert.Contains(match.Groups["test"].Value.Trim().Replace("'", "''", StringComparison.Ordinal), source, StringComparison.Ordinal);
        }

        foreach (Match match in Regex.Matches(Document, @"(?<=\| |, )`(?<file>Edges|Preferences|Moments|Stop)`"))
        {
            Assert.True(File.Exists(Path.Combine(Root, "tests", "Pester", match.Groups["file"].Value + ".Tests.ps1")));
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ComfyUI.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
