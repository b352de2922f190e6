using System;
using System.Diagnostics;
using System.IO;

namespace ComfyUI.Benchmarks;

/// <summary>The memory of a process in MiB, as the system counts it.</summary>
internal static class ProcessMemory
{
    private const double MiB = 1024 * 1024;

    /// <summary>What it has in memory now.</summary>
    internal static double Now(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / MiB;
    }

    /// <summary>The most it had since <see cref="ResetPeak"/>; where the system cannot reset it, since its start.</summary>
    internal static double Peak(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64 / MiB;
    }

    /// <summary>Counts the peak from now on, where the system can (Linux).</summary>
    internal static void ResetPeak(Process process)
    {
        try
        {
            File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another system, or another user's process.
        }
    }
}
