using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>A document that names tests: <c>Class</c> or <c>Class.Test</c> of this project, <c>File: test</c> of the Pester files.</summary>
internal sealed class NamedTests
{
    private static readonly string Root = FindRoot();

    internal NamedTests(string document) => Text = File.ReadAllText(Path.Combine(Root, "docs", document));

    internal string Text { get; }

    /// <summary>Asserts that every test that is named exists, and that at least so many are named.</summary>
    internal void AssertExist(int atLeast)
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(Root, "tests", "ComfyUI.Client.Tests"), "*Tests.cs", SearchOption.AllDirectories)];
        MatchCollection own = Regex.Matches(Text, @"`(?<class>[A-Z]\w+Tests)(\.(?<test>\w+))?`");
        foreach (Match match in own)
        {
            string source = Assert.Single(sources, path => Path.GetFileName(path) == match.Groups["class"].Value + ".cs");
            if (match.Groups["test"].Success)
            {
                Assert.Contains($" {match.Groups["test"].Value}(", File.ReadAllText(source), StringComparison.Ordinal);
            }
        }

        MatchCollection cmdlets = Regex.Matches(Text, @"`(?<file>[A-Z][A-Za-z]+): (?<test>[^`…]+)");
        foreach (Match match in cmdlets)
        {
            string source = File.ReadAllText(Path.Combine(Root, "tests", "Pester", match.Groups["file"].Value + ".Tests.ps1"));
            Assert.Contains(match.Groups["test"].Value.Trim().Replace("'", "''", StringComparison.Ordinal), source, StringComparison.Ordinal);
        }

        Assert.True(own.Count + cmdlets.Count >= atLeast, "There are too few tests in it to be true.");
    }

    /// <summary>The cells of the rows of all tables, without the heads.</summary>
    internal IEnumerable<string[]> Rows()
        => Text.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray());

    internal static bool HasPesterFile(string name) => File.Exists(Path.Combine(Root, "tests", "Pester", name + ".Tests.ps1"));

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
