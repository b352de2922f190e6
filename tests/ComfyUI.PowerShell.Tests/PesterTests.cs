using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.PowerShell.Tests;

/// <summary>
/// Every file of tests/Pester is a case. Cases of one class run one after the other, so the files are dealt out to two classes, which run
/// side by side.
/// </summary>
public abstract class PesterTests
{
    private const int Lanes = 2;

    protected static TheoryData<string> FilesOfLane(int lane)
    {
        var files = Directory.GetFiles(Build.PesterFolder, "*.Tests.ps1").Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path));
        return [.. files.Where((_, index) => index % Lanes == lane)];
    }

    protected static async Task RunAsync(string file)
    {
        if (PesterRun.FindPowerShell() is not { } powerShell)
        {
            Assert.Skip("There is no pwsh on the path: install PowerShell 7.4 or later.");
            return;
        }

        var (report, output) = await PesterRun.RunAsync(powerShell, Path.Combine(Build.PesterFolder, file), TestContext.Current.CancellationToken);
        Assert.True(report is not null, $"Pester came to no end with {file}:\n{output}");
        Assert.SkipWhen(report.Missing is not null, report.Missing ?? "");

        var tests = report.Tests;
        var failures = report.Problems.Concat(tests.Where(t => t.Result == "Failed").Select(t => $"[-] {t.Name}\n{t.Message}")).ToArray();
        Assert.True(failures.Length == 0, $"{failures.Length} failures in {file}:\n\n{string.Join("\n\n", failures)}");
        Assert.Contains(tests, t => t.Result is "Passed" or "Skipped");
        foreach (var skipped in tests.Where(t => t.Result is not "Passed"))
        {
            TestContext.Current.AddWarning($"{skipped.Result} in {file}: {skipped.Name}: {skipped.Message}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{file}: {tests.Count(t => t.Result == "Passed")} passed, {tests.Count(t => t.Result != "Passed")} skipped.");
        foreach (var slow in tests.Where(t => t.Seconds > 3))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"  {slow.Seconds:0.0} s: {slow.Name}");
        }
    }
}

/// <summary>The first, third, ... of the Pester files.</summary>
public sealed class PesterOddTests : PesterTests
{
    public static TheoryData<string> Files => FilesOfLane(0);

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester_file_passes(string file) => RunAsync(file);
}

/// <summary>The second, fourth, ... of the Pester files.</summary>
public sealed class PesterEvenTests : PesterTests
{
    public static TheoryData<string> Files => FilesOfLane(1);

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester_file_passes(string file) => RunAsync(file);
}
