using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.PowerShell.Tests;

/// <summary>Runs a Pester file in a PowerShell of its own, with a folder of its own for everything temporary, and cleans up behind it.</summary>
internal static class PesterRun
{
    // For what hangs: a machine that has other work may be slow.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    /// <summary>The pwsh on the path; null when there is none.</summary>
    public static string? FindPowerShell()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    public static async Task<(PesterReport? Report, string Output)> RunAsync(string powerShell, string file, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("comfy-pester-");
        try
        {
            var reportPath = Path.Combine(folder.FullName, "report.json");
            var output = await RunProcessAsync(Start(powerShell, file, folder.FullName, reportPath), cancellationToken);
            var report = File.Exists(reportPath) ? JsonSerializer.Deserialize<PesterReport>(await File.ReadAllTextAsync(reportPath, cancellationToken)) : null;
            return (report, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Start(string powerShell, string file, string folder, string reportPath)
    {
        var start = new ProcessStartInfo(powerShell)
        {
            ArgumentList =
            {
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(Build.PesterFolder, "Invoke-PesterFile.ps1"), "-Path", file, "-ReportPath", reportPath,
            },
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var variable in new[] { "TMPDIR", "TEMP", "TMP" })
        {
            start.Environment[variable] = folder;
        }

        start.Environment["COMFYUI_TEST_SERVER"] = Build.TestServer;
        start.Environment["COMFYUI_TEST_PESTER"] = Build.Pester;

        // Where PowerShell is a .NET tool, the process that runs it is dotnet: tests that start another one cannot look there.
        start.Environment["COMFYUI_TEST_PWSH"] = powerShell;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";

        // A process of seconds does not get back what it costs to compile its methods a second time by what the first time has shown.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    private static async Task<string> RunProcessAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = start };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        limit.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Append($"Killed: it was not over after {Limit.TotalMinutes} minutes.");
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (output)
        {
            return output.ToString();
        }

        void Append(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
