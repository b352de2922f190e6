using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace ComfyUI.Client.Tests;

/// <summary>A program of the system, run to its end.</summary>
internal static class OtherProgram
{
    /// <summary>Its exit code; -1 when there is no such program.</summary>
    internal static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
            arguments.ToList().ForEach(start.ArgumentList.Add);
            using Process process = Process.Start(start)!;
            await process.WaitForExitAsync(Scene.Cancel);
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
