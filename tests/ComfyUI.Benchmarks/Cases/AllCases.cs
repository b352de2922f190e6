using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.Benchmarks;

/// <summary>The cases in the order they run.</summary>
internal static class AllCases
{
    internal static IReadOnlyList<BenchmarkCase> Create() =>
    [
        new SequentialRuns(),
        new ConcurrentRuns(100),
        new ConcurrentRuns(1000),
        new Downloads("download", "Download one file of 512 MiB", files: 1, mebibytes: 512),
        new Downloads("files", "Download 256 files of 1 MiB", files: 256, mebibytes: 1),
        new Uploads(),
        new CatalogueReading(),
        new CatalogueCompletion(),
        new Conversion(1_000),
        new Conversion(10_000),
        new ProgressFlood(),
        new ModuleImport(),
        new FirstRun(),
        new IdleSession(),
    ];

    /// <summary>The cases of these names; all for none.</summary>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    internal static IReadOnlyList<BenchmarkCase> Choose(IReadOnlyList<string> names)
    {
        IReadOnlyList<BenchmarkCase> all = Create();
        if (names.Count == 0 || names.Contains("all"))
        {
            return all;
        }

        return [.. names.Select(name => all.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new ArgumentException($"There is no case {name}; there are {string.Join(", ", all.Select(candidate => candidate.Name))}."))];
    }
}
