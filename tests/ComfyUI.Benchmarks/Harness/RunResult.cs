using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace ComfyUI.Benchmarks;

/// <summary>Everything a run found, as it is kept in docs/benchmarks/results.json.</summary>
internal sealed record RunResult
{
    public DateTimeOffset Started { get; init; }

    public double Minutes { get; init; }

    public int Rounds { get; init; }

    public required string Machine { get; init; }

    /// <summary>Where files were written.</summary>
    public required string Files { get; init; }

    public required string Server { get; init; }

    /// <summary>The contenders that were left out, and why.</summary>
    public List<string> Missing { get; init; } = [];

    public List<CaseResult> Cases { get; init; } = [];
}

/// <summary>What kind of machine this is, in a line.</summary>
internal static class Machine
{
    internal static string Describe()
        => $"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; "
            + $"{RuntimeInformation.OSDescription.Trim()}; {RuntimeInformation.FrameworkDescription}";

    private static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        string? line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(one => one.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
