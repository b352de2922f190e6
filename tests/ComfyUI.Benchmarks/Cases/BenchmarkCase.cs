using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>One thing that is measured: who takes part, what they do, and what is to be reached.</summary>
internal abstract class BenchmarkCase
{
    /// <summary>The name it is asked for by.</summary>
    internal abstract string Name { get; }

    /// <summary>What is measured.</summary>
    internal abstract string Title { get; }

    internal virtual string Unit => "ms";

    internal virtual bool HigherIsBetter => false;

    /// <summary>Who takes part, as far as they are on this machine.</summary>
    internal abstract IReadOnlyList<string> Contenders { get; }

    internal virtual int Rounds(BenchmarkContext context) => context.Options.Rounds;

    internal virtual string TitleOf(Contender contender) => contender.Title;

    /// <summary>Makes what the case needs, and warms the server up for it.</summary>
    internal virtual Task PrepareAsync(BenchmarkContext context) => Task.CompletedTask;

    /// <summary>What a contender does before it is measured for the first time.</summary>
    internal virtual Task WarmUpAsync(BenchmarkContext context, Contender contender) => Task.CompletedTask;

    /// <summary>One round of one contender.</summary>
    internal abstract Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender);

    /// <summary>Compares what was found with the targets.</summary>
    internal abstract IEnumerable<Verdict> Judge(CaseResult result);

    internal virtual Task CleanUpAsync(BenchmarkContext context) => Task.CompletedTask;

    /// <summary>The times in an answer, in milliseconds.</summary>
    protected static List<double> Times(JsonObject answer) => [.. answer["ms"]!.AsArray().Select(value => (double)value!)];

    protected static int Completed(JsonObject answer) => (int)answer["completed"]!;

    /// <summary>A target of the kind "at most so many times that of another".</summary>
    protected static Verdict AtMost(CaseResult result, string name, double times, string other)
    {
        double? ratio = result.Ratio(name, other);
        return new Verdict($"{name} ≤ {Show(times)} × {other}", ratio is null ? null : $"{Show(ratio.Value)} ×", ratio is null ? null : Round(ratio.Value) <= times);
    }

    /// <summary>A target of the kind "at least so many times that of another".</summary>
    protected static Verdict AtLeast(CaseResult result, string name, double times, string other)
    {
        double? ratio = result.Ratio(name, other);
        return new Verdict($"{name} ≥ {Show(times)} × {other}", ratio is null ? null : $"{Show(ratio.Value)} ×", ratio is null ? null : Round(ratio.Value) >= times);
    }

    /// <summary>A target for one of the other values, which its largest of all rounds must keep.</summary>
    protected static Verdict MostOf(CaseResult result, string name, string key, double limit, string target)
    {
        double? most = result.Of(name)?.MostOf(key);
        return new Verdict(target, most is null ? null : Show(most.Value), most is null ? null : most <= limit);
    }

    protected static string Show(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);

    // As it is shown: nobody can see more in it than two digits.
    private static double Round(double value) => System.Math.Round(value, 2);
}
