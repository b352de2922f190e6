using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Benchmarks;

/// <summary>What one case gave: for each contender its rounds.</summary>
internal sealed record CaseResult
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Unit { get; init; }

    public bool HigherIsBetter { get; init; }

    public List<ContenderResult> Contenders { get; init; } = [];

    public List<Verdict> Verdicts { get; init; } = [];

    internal ContenderResult? Of(string name) => Contenders.FirstOrDefault(result => result.Name == name);

    internal double? Median(string name) => Of(name) is { Values.Count: > 0 } result ? Samples.MedianOf(result.Values) : null;

    /// <summary>One value through another; null when one of them is missing.</summary>
    internal double? Ratio(string name, string to) => Median(name) / Median(to);
}

/// <summary>What one contender gave.</summary>
internal sealed record ContenderResult
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>The values of the rounds that it completed.</summary>
    public List<double> Values { get; init; } = [];

    /// <summary>How many rounds it was asked to do.</summary>
    public int Rounds { get; set; }

    /// <summary>How many things it did in all, of those asked for.</summary>
    public int Completed { get; set; }

    public int Asked { get; set; }

    /// <summary>Why a round was not completed; null when all were.</summary>
    public string? Problem { get; set; }

    public Dictionary<string, List<double>> More { get; init; } = [];

    internal double? MedianOf(string key) => More.TryGetValue(key, out List<double>? values) && values.Count > 0 ? Samples.MedianOf(values) : null;

    internal double? MostOf(string key) => More.TryGetValue(key, out List<double>? values) && values.Count > 0 ? values.Max() : null;
}

/// <summary>A target, and what was found.</summary>
/// <param name="Target">The target.</param>
/// <param name="Measured">What was measured, in words; null when it was not.</param>
/// <param name="Reached">Whether the target is reached; null when it was not measured.</param>
internal sealed record Verdict(string Target, string? Measured, bool? Reached);
