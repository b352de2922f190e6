using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Benchmarks;

/// <summary>What was measured in each round.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    internal Samples()
    {
    }

    internal Samples(IEnumerable<double> values) => _values.AddRange(values);

    internal IReadOnlyList<double> Values => _values;

    internal int Count => _values.Count;

    internal double Median => MedianOf(_values);

    internal double Least => _values.Min();

    internal double Most => _values.Max();

    internal void Add(double value) => _values.Add(value);

    internal static double MedianOf(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new InvalidOperationException("There is nothing to take the median of.");
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
