using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Benchmarks;

/// <summary>What all cases of a run share.</summary>
internal sealed record BenchmarkContext(
    BenchmarkOptions Options, ContenderFinder Finder, Workspace Workspace, ServerUnderLoad Server, IReadOnlyList<Contender> Contenders)
{
    /// <summary>A number of repetitions: few where it is enough to see that it works.</summary>
    internal int Times(int measured, int smoke = 2) => Options.IsSmoke ? smoke : measured;

    internal Contender? Find(string name) => Contenders.FirstOrDefault(contender => contender.Name == name);
}

/// <summary>What one contender did in one round of a case.</summary>
/// <param name="Value">The measured value, in the case's unit; null when it did not complete.</param>
/// <param name="Completed">How many of the things asked for it did.</param>
/// <param name="Asked">How many there were.</param>
internal sealed record Measurement(double? Value, int Completed = 1, int Asked = 1)
{
    /// <summary>Other values of interest, by what they are.</summary>
    internal Dictionary<string, double> More { get; } = new(StringComparer.Ordinal);
}
