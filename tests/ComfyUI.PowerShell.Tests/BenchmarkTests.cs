using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.PowerShell.Tests;

/// <summary>The benchmarks, in small: that they run. How fast is nothing a test can know.</summary>
public sealed class BenchmarkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string[] Cases =
    [
        "run", "at-once-100", "at-once-1000", "download", "files", "upload", "catalogue", "completion", "convert-1000", "convert-10000",
        "flood", "import", "first-run", "idle",
    ];

    [Fact]
    public async Task Every_case_runs()
    {
        // Not the contenders that are slow to start and that others cover: Node, and the script with its pauses.
        var contenders = "socket,floor,client,curl,aiohttp" + (PesterRun.FindPowerShell() is null ? "" : ",cmdlets");
        var start = new ProcessStartInfo("dotnet", [Build.Benchmarks, "smoke", "--only", contenders])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var problems = process.StandardError.ReadToEndAsync(limit.Token);
            var tables = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, tables + await problems);
            Assert.All(Cases, name => Assert.Contains($"| `{name}` |", tables, StringComparison.Ordinal));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
