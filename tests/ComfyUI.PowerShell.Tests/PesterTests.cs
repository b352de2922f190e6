using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.PowerShell.Tests;

/// <summary>
/// Every file of tests/Pester is a case. Cases of one class run one after the other, so the files are dealt out to three classes, which run
/// side by side: one more than a small machine has cores, for they also wait.
/// </summary>
public abstract class PesterTests
{
    private const int Lanes = 3;

    // Processor seconds of those that take more than a few, so that no lane is still busy when the others are done.
    private const int Few = 8;

    private static readonly Dictionary<string, int> Costs = new()
    {
        ["Secrets.Tests.ps1"] = 60,
        ["Package.Tests.ps1"] = 42,
        ["Help.Tests.ps1"] = 40,
        ["Run.Tests.ps1"] = 22,
        ["Accounting.Tests.ps1"] = 21,
        ["Completion.Tests.ps1"] = 20,
        ["Errors.Tests.ps1"] = 20,
        ["Session.Tests.ps1"] = 20,
        ["Edges.Tests.ps1"] = 16,
        ["Moments.Tests.ps1"] = 16,
        ["Servers.Tests.ps1"] = 16,
        ["Pipeline.Tests.ps1"] = 14,
        ["Preferences.Tests.ps1"] = 13,
        ["Progress.Tests.ps1"] = 12,
        ["ServerData.Tests.ps1"] = 12,
        ["Stop.Tests.ps1"] = 12,
        ["Views.Tests.ps1"] = 12,
        ["Watch.Tests.ps1"] = 12,
    };

    // The costliest first, each to the lane that has the least to do.
    protected static TheoryData<string> FilesOfLane(int lane)
    {
        var files = Directory.GetFiles(Build.PesterFolder, "*.Tests.ps1").Select(path => Path.GetFileName(path));
        var costs = new int[Lanes];
        var dealt = new TheoryData<string>();
        foreach (var file in files.OrderByDescending(Cost).ThenBy(file => file, StringComparer.Ordinal))
        {
            var least = Array.IndexOf(costs, costs.Min());
            costs[least] += Cost(file);
            if (least == lane)
            {
                dealt.Add(file);
            }
        }

        return dealt;

        static int Cost(string file) => Costs.GetValueOrDefault(file, Few);
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

/// <summary>A third of the Pester files.</summary>
public sealed class FirstPesterTests : PesterTests
{
    public static TheoryData<string> Files => FilesOfLane(0);

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester_file_passes(string file) => RunAsync(file);
}

/// <summary>Another third.</summary>
public sealed class SecondPesterTests : PesterTests
{
    public static TheoryData<string> Files => FilesOfLane(1);

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester_file_passes(string file) => RunAsync(file);
}

/// <summary>The last third.</summary>
public sealed class ThirdPesterTests : PesterTests
{
    public static TheoryData<string> Files => FilesOfLane(2);

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester_file_passes(string file) => RunAsync(file);
}
