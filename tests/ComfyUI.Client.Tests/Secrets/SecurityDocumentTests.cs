using System.Text.RegularExpressions;
using Xunit;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>Every test that docs/security.md names is there.</summary>
public sealed class SecurityDocumentTests
{
    private readonly NamedTests _document = new("security.md");

    [Fact]
    public void Its_tests_exist() => _document.AssertExist(atLeast: 30);

    [Fact]
    public void Its_files_of_tests_exist()
    {
        foreach (Match match in Regex.Matches(_document.Text, @"(?<=\| |, )`(?<file>Edges|Preferences|Moments|Stop)`"))
        {
            Assert.True(NamedTests.HasPesterFile(match.Groups["file"].Value));
        }
    }
}
