using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Does work for several records at once, at most so many, and tells a sink what becomes of each as it ends.</summary>
internal sealed class RunBatch : IDisposable
{
    private readonly IRunSink _sink;
    private readonly SemaphoreSlim _slots;
    private readonly object _lock = new();
    private readonly HashSet<Task> _running = [];

    internal RunBatch(int throttleLimit, IRunSink sink)
    {
        _sink = sink;
        _slots = new SemaphoreSlim(throttleLimit);
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Starts a run, as soon as there is room for it.</summary>
    internal Task RunAsync(RunItem item, CancellationToken cancellationToken)
        => StartAsync(item.Session, token => RunOneAsync(item, token), item.Index, item.Target, cancellationToken);

    /// <summary>Starts work, as soon as there is room for it.</summary>
    /// <param name="session">The session it uses; its requests are told to the sink.</param>
    /// <param name="work">The work; the errors it throws are reported.</param>
    /// <param name="index">Which of several it is.</param>
    /// <param name="target">What its errors are about.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task StartAsync(ComfyUISession session, Func<CancellationToken, Task> work, int index, object? target, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        Task task = Task.Run(() => DoAsync(session, work, index, target, cancellationToken), CancellationToken.None);
        lock (_lock)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits until all that was started has ended.</summary>
    internal Task WhenDoneAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_running);
        }
    }

    /// <summary>Tells of a job that has ended: the job itself always, and why it did not end well.</summary>
    internal static void Tell(IRunSink sink, ComfyUIJob job, bool warn = true)
    {
        foreach (ComfyUINodeError error in warn ? job.NodeErrors : [])
        {
            sink.Warning(Redaction.Harmless($"The server left out an output of {job.Workflow ?? "the workflow"}. {error}"));
        }

        foreach (string warning in warn ? job.Warnings : [])
        {
            sink.Warning(Redaction.Harmless($"{job.Workflow ?? "The workflow"}: {warning}"));
        }

        sink.Output(job);
        if (job.Error is not null)
        {
            sink.Error(ErrorRecords.From(job.Error, job));
        }
    }

    private async Task DoAsync(ComfyUISession session, Func<CancellationToken, Task> work, int index, object? target, CancellationToken cancellationToken)
    {
        try
        {
            using (_sink.IsVerbose ? session.ObserveRequests(trace => _sink.Verbose(trace.ToString())) : null)
            {
                await work(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ComfyUIException e)
        {
            ErrorRecord record = ErrorRecords.From(e, target);
            if (IsItemError(e))
            {
                _sink.Error(record);
            }
            else
            {
                _sink.Fatal(record);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped: there is nobody to tell.
        }
        catch (Exception e)
        {
            // Nobody thought of it, but every record must end in a result or an error.
            _sink.Error(ErrorRecords.Unexpected(e, target));
        }
        finally
        {
            _sink.Ended(index);
            _slots.Release();
        }
    }

    private async Task RunOneAsync(RunItem item, CancellationToken cancellationToken)
    {
        ComfyUISession session = item.Session;
        ComfyUIWorkflow workflow = await item.PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (session.WorkflowEndpoint is { } endpoint)
        {
            JsonNode? answer = await session.Server.PostGatewayWorkflowAsync(endpoint, workflow, cancellationToken).ConfigureAwait(false);
            if (JsonToObject.Convert(answer) is { } value)
            {
                _sink.Output(value);
            }

            return;
        }

        var progress = new SinkProgress(_sink);
        Tell(_sink, await session.Jobs.RunAsync(workflow, item.Options, progress, cancellationToken).ConfigureAwait(false));
    }

    // What the server, or nobody, says of one workflow. All else would meet the next one, too.
    private static bool IsItemError(ComfyUIException error)
        => error.ErrorId is ComfyUIErrorId.PromptRejected or ComfyUIErrorId.SubmissionUnknown or ComfyUIErrorId.RunTimeout or ComfyUIErrorId.JobNotFound;

    private void Forget(Task task)
    {
        lock (_lock)
        {
            _running.Remove(task);
        }
    }
}
