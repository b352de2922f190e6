using System;
using System.Linq;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>docs/reliability.md names for each fault what is promised, a test that is there, and what came of it.</summary>
public sealed class ReliabilityDocumentTests
{
    private readonly NamedTests _document = new("reliability.md");

    [Fact]
    public void Its_tests_exist() => _document.AssertExist(atLeast: 150);

    [Fact]
    public void Each_fault_has_a_promise_a_test_by_its_full_name_and_a_result()
    {
        string[][] faults = [.. _document.Rows().Where(row => row[0] != "Fault" && !char.IsDigit(row[0][0]) && row[0] != "After jobs")];

        Assert.True(faults.Length > 90);
        Assert.All(faults, row =>
        {
            Assert.Equal(4, row.Length);
            Assert.All(row, cell => Assert.NotEmpty(cell));
            Assert.Contains('`', row[2]);
            Assert.DoesNotContain("…", row[2], StringComparison.Ordinal);
            Assert.Matches(@"^(\d+ passed|passed)", row[3]);
        });
    }
}
