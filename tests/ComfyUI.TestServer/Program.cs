using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>The server as a process.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        CommandLine line;
        try
        {
            line = CommandLine.Parse(args);
        }
        catch (ArgumentException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            await Console.Error.WriteLineAsync(CommandLine.Usage);
            return 2;
        }

        if (line.ShowHelp)
        {
            Console.WriteLine(CommandLine.Usage);
            return 0;
        }

        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var server = await TestComfyServer.StartAsync(line.Options);
        await using var chaos = line.ChaosSeed is { } seed ? new ChaosProxy(server.BaseUri, seed, line.ChaosRate) : null;
        Console.WriteLine($"ComfyUI test server listening on {chaos?.BaseUri ?? server.BaseUri}");
        if (line.ExitOnStdinClose)
        {
            _ = Task.Run(() =>
            {
                Console.In.ReadToEnd();
                end.TrySetResult();
            });
        }

        await end.Task;
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.TrySetResult();
        }
    }
}
