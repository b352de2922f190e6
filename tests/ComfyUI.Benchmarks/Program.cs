using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.Benchmarks;

if (args is [])
{
    Console.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

switch (args[0])
{
    case "contender":
        return await ContenderLoop.RunAsync(args[1]);
    case "flood-server":
        return await FloodServer.RunAsync(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
    case "micro":
        return MicroBenchmarks.Run(args[1..]);
    case "report":
        ResultFiles.WriteReport(ResultFiles.Read());
        return 0;
    case "list":
        foreach (BenchmarkCase benchmark in AllCases.Create())
        {
            Console.WriteLine($"{benchmark.Name,-14} {benchmark.Title}");
        }

        return 0;
}

BenchmarkOptions options;
IReadOnlyList<BenchmarkCase> cases;
try
{
    options = BenchmarkOptions.Parse(args);
    cases = AllCases.Choose(options.Cases);
}
catch (Exception e) when (e is ArgumentException or FormatException)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

return await Session.RunAsync(options, cases);
