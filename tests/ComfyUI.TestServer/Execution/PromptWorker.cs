using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>The single worker: one prompt after the other, in queue order.</summary>
internal sealed class PromptWorker(ServerProcess process)
{
    private int freeRequested;

    /// <summary>Drops the execution cache before the next prompt.</summary>
    public void RequestFree() => Interlocked.Exchange(ref freeRequested, 1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var item = await process.Queue.TakeAsync(cancellationToken);
            process.BroadcastStatus();
            if (Interlocked.Exchange(ref freeRequested, 0) == 1)
            {
                process.Cache.Clear();
            }

            process.CurrentClientId = item.ClientId;
            var entry = await new PromptExecutor(process, item).RunAsync(cancellationToken);
            process.LastNodeId = null;
            process.History.Add(item.Id, entry);
            process.Log.Add($"Prompt executed in {Duration(entry)} seconds\n");
            process.Queue.Done(item);
            if (item.ClientId is { } owner)
            {
                process.Sockets.Send("executing", Py.Dict(("node", null), ("prompt_id", item.Id)), owner);
            }

            process.OnFinished(item.Id);
        }
    }

    private static string Duration(PyDict entry)
    {
        var messages = (PyList)((PyDict)entry["status"]!)["messages"]!;
        var (first, last) = ((PyDict)((PyList)messages[0]!)[1]!, (PyDict)((PyList)messages[^1]!)[1]!);
        return TimeSpan.FromMilliseconds((long)last["timestamp"]! - (long)first["timestamp"]!).TotalSeconds
            .ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
    }
}
