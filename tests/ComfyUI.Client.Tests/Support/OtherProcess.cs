using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>
/// Runs the test that calls it a second time, in a process of its own: there <see cref="Orders"/> tells the test which part it plays.
/// </summary>
internal static class OtherProcess
{
    private const string Variable = "COMFYUI_TEST_OTHER_PROCESS";

    /// <summary>What the first process handed over; null in the first process.</summary>
    internal static string[]? Orders => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } orders ? orders.Split('\n') : null;

    /// <summary>Runs the present test in another process, and fails when it fails there.</summary>
    /// <param name="orders">What it is told.</param>
    /// <param name="variable">A further variable of its environment.</param>
    internal static async Task RunAsync(string[] orders, (string Name, string Value)? variable = null)
    {
        string method = $"{TestContext.Current.TestClass!.TestClassName}.{TestContext.Current.TestMethod!.MethodName}";
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            ArgumentList = { typeof(OtherProcess).Assembly.Location, "-method", method, "-noColor" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment[Variable] = string.Join('\n', orders);
        if (variable is { } more)
        {
            start.Environment[more.Name] = more.Value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(Scene.Cancel);
            string output = await process.StandardOutput.ReadToEndAsync(Scene.Cancel);
            await process.WaitForExitAsync(Scene.Cancel);
            Assert.True(process.ExitCode == 0, output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
