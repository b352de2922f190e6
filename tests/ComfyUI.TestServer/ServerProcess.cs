using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>One life of the simulated server: everything that a restart forgets.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> finished = new();
    private readonly Task worker;
    private long number;
    private int disposed;

    public ServerProcess(TestServerOptions options, ServerFiles files)
    {
        Options = options;
        Files = files;
        Catalogue = new NodeCatalogue(files, options);
        Log = new ServerLog(this);
        Queue = new PromptQueue(BroadcastStatus);
        Worker = new PromptWorker(this);
        files.WipeTemp();
        Log.Add($"ComfyUI version: {options.ComfyVersion}\n");
        Stopping = stopping.Token;
        worker = Task.Run(() => Worker.RunAsync(stopping.Token), CancellationToken.None);
    }

    public TestServerOptions Options { get; }

    public ServerFiles Files { get; }

    public NodeCatalogue Catalogue { get; }

    public SocketHub Sockets { get; } = new();

    public PromptQueue Queue { get; }

    public PromptHistory History { get; } = new();

    public ExecutionCache Cache { get; } = new();

    public Interruption Interruption { get; } = new();

    public PromptWorker Worker { get; }

    public ServerLog Log { get; }

    /// <summary>Cancelled when this life ends.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>client_id of the prompt that runs or ran last.</summary>
    public string? CurrentClientId { get; set; }

    /// <summary>The node that runs, by the id a user would know.</summary>
    public string? LastNodeId { get; set; }

    /// <summary>The counter of submitted prompts; rejected ones count too.</summary>
    public long NextNumber() => Interlocked.Increment(ref number) - 1;

    /// <summary>The counter without moving it.</summary>
    public long CurrentNumber => Interlocked.Read(ref number);

    public PyDict Status() => Py.Dict(("status", QueueInfo()));

    public PyDict QueueInfo() => Py.Dict(("exec_info", Py.Dict(("queue_remaining", Queue.Remaining))));

    public void BroadcastStatus() => Sockets.Send("status", Status(), null);

    public PyDict Features() => Py.Dict(
        ("supports_preview_metadata", true),
        ("max_upload_size", Options.MaxUploadSizeAsFloat ? (object)(double)Options.MaxUploadSize : Options.MaxUploadSize));

    /// <summary>Called when a prompt's last event has been sent.</summary>
    public void OnFinished(string id) => finished.GetOrAdd(id, NewSource).TrySetResult();

    /// <summary>Ends when the prompt has ended.</summary>
    public Task WhenFinishedAsync(string id) => finished.GetOrAdd(id, NewSource).Task;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        Sockets.DropAll();
        await stopping.CancelAsync();
        try
        {
            await worker;
        }
        catch (OperationCanceledException)
        {
            // Its usual end.
        }

        stopping.Dispose();
    }

    private static TaskCompletionSource NewSource(string id) => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
