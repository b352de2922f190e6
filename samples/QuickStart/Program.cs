using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;
using ComfyUI.TestServer;

namespace ComfyUI.QuickStart;

/// <summary>Runs a workflow end to end: on the bundled test server, or on a real one with <c>--uri</c>.</summary>
internal static class Program
{
    private const string Usage = "Usage: dotnet run --project samples/QuickStart [-- --uri http://host:8188]";

    private static async Task<int> Main(string[] arguments)
    {
        if (!TryReadUri(arguments, out Uri? uri))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };

        TestComfyServer? server = uri is null ? await TestComfyServer.StartAsync(cancellationToken: stop.Token) : null;
        try
        {
            uri ??= server!.BaseUri;
            Console.WriteLine(server is null ? $"Using the ComfyUI server at {uri}" : $"Started the test server at {uri}");
            string workflow = Path.Combine(AppContext.BaseDirectory, "workflow.json");
            string output = Path.Combine(Environment.CurrentDirectory, "output", "quickstart");
            if (FindOnPath("pwsh") is { } pwsh)
            {
                Console.WriteLine($"Running the workflow through the cmdlets, in {pwsh}");
                return await RunCmdletsAsync(pwsh, uri, workflow, output, stop.Token);
            }

            Console.WriteLine("PowerShell 7 (pwsh) is not installed: running the workflow through the client library");
            return await RunClientAsync(uri, workflow, output, stop.Token);
        }
        catch (ComfyUIException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} {e.RecommendedAction}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static bool TryReadUri(string[] arguments, out Uri? uri)
    {
        uri = null;
        return arguments.Length == 0
            || (arguments.Length == 2 && arguments[0] == "--uri" && Uri.TryCreate(arguments[1], UriKind.Absolute, out uri));
    }

    private static async Task<int> RunCmdletsAsync(string pwsh, Uri uri, string workflow, string output, CancellationToken cancellationToken)
    {
        string manifest = typeof(Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleManifest").Value!;
        var start = new ProcessStartInfo(pwsh)
        {
            ArgumentList =
            {
                "-NoProfile", "-File", Path.Combine(AppContext.BaseDirectory, "quickstart.ps1"),
                "-Manifest", manifest, "-Uri", uri.ToString(), "-Workflow", workflow, "-OutputPath", output,
            },
        };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    private static async Task<int> RunClientAsync(Uri uri, string workflow, string output, CancellationToken cancellationToken)
    {
        using ComfyUISession session = await ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = uri }, cancellationToken);
        ComfyUIJob job = await session.Jobs.RunAsync(
            await ComfyUIWorkflow.ReadAsync(workflow, cancellationToken),
            new ComfyUIRunOptions { Save = new ComfyUISaveOptions { Folder = output } },
            new Progress<ComfyUIProgress>(progress => Console.WriteLine($"{progress.Percent}% {progress.NodeTitle}")),
            cancellationToken);
        Console.WriteLine($"Job {job}");
        foreach (FileInfo file in job.Files)
        {
            Console.WriteLine($"The picture is {file.FullName}");
        }

        return job.Error is null ? 0 : throw job.Error;
    }

    private static string? FindOnPath(string program)
    {
        string name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
