using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>A job of this session while it is on its way: what the events said of it so far, and who waits for it.</summary>
internal sealed class TrackedJob
{
    private readonly object _lock = new();
    private readonly JsonObject _executed = [];
    private TaskCompletionSource<bool> _news = NewSource();
    private ExecutionEndEvent? _end;
    private DateTimeOffset? _started;
    private int? _place = -1;
    private bool _ranWhenLocated;

    /// <param name="id">The job.</param>
    /// <param name="watch">The session's clock.</param>
    /// <param name="workflow">What was handed in; null for a job of somebody else.</param>
    /// <param name="prompt">The graph as the server has it, where there is no workflow; null when nobody knows it.</param>
    internal TrackedJob(string id, TaskWatch watch, ComfyUIWorkflow? workflow, JsonObject? prompt = null)
    {
        Id = id;
        Workflow = workflow?.Source;
        Warnings = workflow?.Warnings ?? [];
        LastHeard = watch.Timestamp;
        Progress = new ProgressEstimate(watch, workflow?.Format == ComfyUIWorkflowFormat.Api ? workflow.Document : prompt);
    }

    /// <summary>Is told each event of the job, in the socket's own loop: short, and without waiting for anything.</summary>
    internal event Action<ServerEvent>? Heard;

    /// <summary>The job's id; it changes once, when an old server made its own.</summary>
    internal string Id { get; set; }

    internal string? Workflow { get; }

    internal IReadOnlyList<string> Warnings { get; }

    internal int Index { get; init; }

    internal DateTimeOffset? SubmittedAt { get; set; }

    internal IReadOnlyList<ComfyUINodeError> NodeErrors { get; set; } = [];

    internal double? Number { get; set; }

    internal ProgressEstimate Progress { get; }

    /// <summary>The stream that the job's events come over; null when none can come.</summary>
    internal IEventStream? Stream { get; set; }

    /// <summary>Whether the server is known to have the job, so that its absence from the queue means something.</summary>
    internal bool IsAccepted { get; set; }

    /// <summary>How many calls wait for the job.</summary>
    internal int Waiters { get; set; }

    /// <summary>When something was last heard of this job, by the clock's timestamp.</summary>
    internal long LastHeard { get; set; }

    /// <summary>How long silence lasts before the queue is asked.</summary>
    internal TimeSpan Patience { get; set; } = JobTracker.FirstSilence;

    /// <summary>How many messages the stream had brought when the queue was last asked.</summary>
    internal long MessagesAtLastCheck { get; set; }

    /// <summary>Whether this session asked the server to stop it.</summary>
    internal bool IsCancelRequested { get; set; }

    /// <summary>Whether the server said that the job is over and its history written.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether the queue no longer lists it.</summary>
    internal bool IsAbsent { get; private set; }

    /// <summary>Why it can no longer be watched; null while it can.</summary>
    internal ComfyUIException? Trouble { get; private set; }

    /// <summary>Whether events about it have come, which proves that the server has it.</summary>
    internal bool WasHeardOf { get; private set; }

    /// <summary>Whether the queue has listed it at some time.</summary>
    internal bool WasLocated { get; private set; }

    /// <summary>Whether the server could not be reached at some time since the job was handed in.</summary>
    internal bool ServerWasAway { get; set; }

    /// <summary>
    /// Whether its events can be relied on now. A stream under an id that was used before may bring them, or the server may have
    /// forgotten it.
    /// </summary>
    internal bool CanHear => Stream is { IsOpen: true, IsResumed: false };

    /// <summary>Takes in what the server said of this job.</summary>
    internal void Apply(ServerEvent received)
    {
        Progress.Apply(received);
        Heard?.Invoke(received);
        lock (_lock)
        {
            WasHeardOf = true;
            switch (received)
            {
                case ExecutionStartEvent start:
                    _started = start.Time;
                    break;
                case ExecutedEvent { NodeId: { } node, Output: { } output }:
                    _executed[node] = output;
                    break;
                case ExecutionEndEvent { Type: not "execution_error" } end:
                    _end = end;
                    break;
                case ExecutionEndEvent error:
                    // Blocked nodes send this too, and the run goes on; success follows then.
                    _end ??= error;
                    break;
                case ExecutingEvent { NodeId: null }:
                    HasEnded = true;
                    break;
            }

            if (HasEnded)
            {
                _news.TrySetResult(true);
            }
        }
    }

    /// <summary>Whether the queue has the job at another place than when it was last asked.</summary>
    internal bool HasMoved(QueueSnapshot queue) => queue.PositionOf(Id) != _place || queue.IsRunning(Id) != _ranWhenLocated;

    /// <summary>The queue was asked and lists the job.</summary>
    internal void Located(QueueSnapshot queue)
    {
        WasLocated = true;
        _place = queue.PositionOf(Id);
        _ranWhenLocated = queue.IsRunning(Id);
        Progress.Located(queue.IsRunning(Id), queue.PositionOf(Id));
    }

    /// <summary>The queue was asked and does not list the job.</summary>
    internal void Missing()
    {
        lock (_lock)
        {
            IsAbsent = true;
            _news.TrySetResult(true);
        }
    }

    /// <summary>The job turned out not to be over, or not missing.</summary>
    internal void GoesOn(bool missing)
    {
        lock (_lock)
        {
            HasEnded = false;
            IsAbsent = missing;
            _news = NewSource();
            if (missing)
            {
                _news.TrySetResult(true);
            }
        }
    }

    /// <summary>The server has been out of reach for too long.</summary>
    internal void GiveUp(ComfyUIException trouble)
    {
        lock (_lock)
        {
            Trouble = trouble;
            _news.TrySetResult(true);
        }
    }

    /// <summary>Waits until there is something to look into.</summary>
    internal async Task NewsAsync(CancellationToken cancellationToken)
    {
        Task<bool> news;
        lock (_lock)
        {
            news = _news.Task;
        }

#if NETSTANDARD2_0
        if (news.IsCompleted)
        {
            return;
        }

        var cancelled = NewSource();
        using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            await Task.WhenAny(news, cancelled.Task).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
#else
        await news.WaitAsync(cancellationToken).ConfigureAwait(false);
#endif
    }

    /// <summary>What became of the job by the events alone; null when they did not tell its end.</summary>
    internal HistoryEntry? OutcomeByEvents()
    {
        lock (_lock)
        {
            return _end is null ? null : new HistoryEntry(Id, (JsonObject)JsonText.Clone(_executed)!, _end, _started);
        }
    }

    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
