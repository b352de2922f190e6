using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>curl, one process for each transfer, many files by one connection.</summary>
internal sealed class CurlContender : IContender
{
    private Uri _uri = null!;
    private string _folder = string.Empty;

    public async Task<JsonObject> DoAsync(JsonObject command)
    {
        switch (command["command"]!.ToString())
        {
            case "connect":
                _uri = new Uri(command["uri"]!.ToString());
                _folder = command["folder"]!.ToString();
                return [];
            case "download":
                return await DownloadAsync(command["files"]!.AsArray());
            case "upload":
                return await RunAsync(["-F", "image=@" + command["path"], "-F", "overwrite=true", "-o", Path.Combine(_folder, "answer"), new Uri(_uri, "upload/image").AbsoluteUri]);
            default:
                throw new NotSupportedException();
        }
    }

    private async Task<JsonObject> DownloadAsync(JsonArray files)
    {
        string config = Path.Combine(_folder, "curl.config");
        using (StreamWriter writer = new(config))
        {
            foreach (JsonNode? file in files)
            {
                await writer.WriteLineAsync($"url = \"{new Uri(_uri, "view?type=output&filename=" + file)}\"");
                await writer.WriteLineAsync($"output = \"{Path.Combine(_folder, file!.ToString())}\"");
            }
        }

        return await RunAsync(["-K", config]);
    }

    private static async Task<JsonObject> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("curl") { ArgumentList = { "--silent", "--show-error", "--fail", "--noproxy", "*" } };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task ended = process.WaitForExitAsync();
        double peak = 0;
        while (await Task.WhenAny(ended, Task.Delay(20)) != ended)
        {
            try
            {
                peak = Math.Max(peak, ProcessMemory.Peak(process));
            }
            catch (InvalidOperationException)
            {
                // It has just ended.
            }
        }

        double took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        JsonObject answer = ContenderLoop.Took([took], process.ExitCode == 0 ? 1 : throw new IOException($"curl ended with {process.ExitCode}."));
        answer["peakMiB"] = peak;
        return answer;
    }
}
