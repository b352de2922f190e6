using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;

namespace ComfyUI.Benchmarks;

/// <summary>What to measure, and how.</summary>
internal sealed record BenchmarkOptions
{
    internal const string Usage = """
        Usage: dotnet run -c Release --project tests/ComfyUI.Benchmarks -- all|smoke|report|list|CASE... [options]
          all               every case; writes docs/benchmarks.md and its plots
          CASE...           these cases, by name; prints what it finds
          smoke             a few seconds: that everything runs, not how fast
          report            writes docs/benchmarks.md anew from the last measured results
          list              the cases
          micro [filter]    the hot paths, with BenchmarkDotNet
          --uri ADDRESS     measures against this server instead of one of its own
          --rounds N        rounds of each case (5)
          --work FOLDER     where files go meanwhile; in memory where the system has such a place
          --only NAME,..    these contenders only
        """;

    internal IReadOnlyList<string> Cases { get; init; } = [];

    internal Uri? Uri { get; init; }

    internal int Rounds { get; init; } = 5;

    internal string? WorkFolder { get; init; }

    internal IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether it is enough to see that everything runs.</summary>
    internal bool IsSmoke { get; init; }

    internal static string RepositoryRoot { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    internal static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchmarkOptions();
        var cases = new List<string>();
        for (int at = 0; at < args.Count; at++)
        {
            string Next() => ++at < args.Count ? args[at] : throw new ArgumentException($"{args[at - 1]} needs a value.");
            switch (args[at])
            {
                case "--uri": options = options with { Uri = new Uri(Next()) }; break;
                case "--rounds": options = options with { Rounds = int.Parse(Next(), CultureInfo.InvariantCulture) }; break;
                case "--work": options = options with { WorkFolder = Next() }; break;
                case "--only": options = options with { Only = Next().Split(',') }; break;
                case "smoke": options = options with { IsSmoke = true, Rounds = 1 }; break;
                case var option when option.StartsWith('-'): throw new ArgumentException($"Unknown option {option}.");
                default: cases.Add(args[at]); break;
            }
        }

        return options with { Cases = cases };
    }

    internal static string Metadata(string key)
        => typeof(BenchmarkOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
