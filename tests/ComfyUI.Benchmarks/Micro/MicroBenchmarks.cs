using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ComfyUI.Benchmarks;

/// <summary>The hot paths one by one, with what they allocate.</summary>
internal static class MicroBenchmarks
{
    internal static int Run(string[] filter)
    {
        // In this process: building another one for each benchmark takes longer than all of them.
        IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        string[] arguments = filter.Length == 0 ? ["--filter", "*"] : ["--filter", .. filter];
        BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(arguments, config);
        return 0;
    }
}
