using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Drives all contenders of a case in turn, round by round, each round in another order.</summary>
internal static class BenchmarkRun
{
    internal static async Task<CaseResult> RunAsync(BenchmarkCase benchmark, BenchmarkContext context)
    {
        await Console.Error.WriteLineAsync($"{benchmark.Name}: {benchmark.Title}");
        long started = Stopwatch.GetTimestamp();
        var result = new CaseResult { Name = benchmark.Name, Title = benchmark.Title, Unit = benchmark.Unit, HigherIsBetter = benchmark.HigherIsBetter };
        List<Contender> runners = [];
        foreach (string name in benchmark.Contenders)
        {
            if (context.Find(name) is { } contender)
            {
                runners.Add(contender);
                result.Contenders.Add(new ContenderResult { Name = contender.Name, Title = benchmark.TitleOf(contender) });
            }
        }

        var givenUp = new HashSet<string>();
        try
        {
            await benchmark.PrepareAsync(context);
            foreach (Contender contender in runners)
            {
                if (!await WarmUpAsync(benchmark, context, contender, result.Of(contender.Name)!))
                {
                    givenUp.Add(contender.Name);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            // A server that lacks what this case needs is no reason to lose the others.
            foreach (ContenderResult contender in result.Contenders)
            {
                contender.Problem = "not measured: " + e.Message;
                givenUp.Add(contender.Name);
            }
        }

        for (int round = 0; round < benchmark.Rounds(context); round++)
        {
            for (int i = 0; i < runners.Count; i++)
            {
                Contender contender = runners[(i + round) % runners.Count];
                if (!givenUp.Contains(contender.Name) && !await MeasureAsync(benchmark, context, contender, result.Of(contender.Name)!))
                {
                    givenUp.Add(contender.Name);
                }
            }
        }

        result.Verdicts.AddRange(benchmark.Judge(result));
        await benchmark.CleanUpAsync(context);
        await Console.Error.WriteLineAsync($"  {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        return result;
    }

    private static Task<bool> WarmUpAsync(BenchmarkCase benchmark, BenchmarkContext context, Contender contender, ContenderResult result)
        => TryAsync(contender, result, async () =>
        {
            await benchmark.WarmUpAsync(context, contender);
            return true;
        });

    // False when there is no point in asking again.
    private static async Task<bool> MeasureAsync(BenchmarkCase benchmark, BenchmarkContext context, Contender contender, ContenderResult result)
    {
        result.Rounds++;
        return await TryAsync(contender, result, async () =>
        {
            Measurement measurement = await benchmark.MeasureAsync(context, contender);
            result.Completed += measurement.Completed;
            result.Asked += measurement.Asked;
            foreach ((string key, double value) in measurement.More)
            {
                (result.More.TryGetValue(key, out List<double>? values) ? values : result.More[key] = []).Add(value);
            }

            if (measurement.Value is not { } measured)
            {
                result.Problem = $"{measurement.Completed} of {measurement.Asked} completed in {Contender.Limit.TotalSeconds:0} s";
                await contender.StopAsync();
                return false;
            }

            result.Values.Add(measured);
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {contender.Name,-10} {measured,10:0.###} {benchmark.Unit}  {string.Join(", ", measurement.More.Select(more => string.Create(CultureInfo.InvariantCulture, $"{more.Key} {more.Value:0.##}")))}"));
            return true;
        });
    }

    private static async Task<bool> TryAsync(Contender contender, ContenderResult result, Func<Task<bool>> work)
    {
        try
        {
            await contender.StartAsync();
            return await work();
        }
        catch (Exception e) when (e is ContenderFailedException or System.ComponentModel.Win32Exception)
        {
            result.Problem = e.Message;
            await Console.Error.WriteLineAsync($"  {contender.Name,-10} {e.Message}");
            return false;
        }
    }
}
