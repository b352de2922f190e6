using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Runs workflows on a session's server and follows them. Safe to use from several threads at once.</summary>
public sealed class JobOperations : IDisposable
{
    // What Ctrl+C waits for at most: first for a prompt that is on its way, then for the server to let go of the job.
    private static readonly TimeSpan SendingGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StoppingGrace = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StoppingPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly ComfyUISession _session;
    private readonly IJobServer _server;
    private readonly TaskWatch _watch;
    private readonly JobTracker _tracker;
    private readonly PromptSubmitter _submitter;
    private readonly JobCanceller _canceller;
    private readonly JobReader _reader;
    private readonly JobWatching _watching;
    private readonly JobListing _listing;

    internal JobOperations(ComfyUISession session, IJobServer server, TaskWatch watch, Action<string, string> note)
    {
        _session = session;
        _server = server;
        _watch = watch;
        _tracker = new JobTracker(server, watch, note);
        _submitter = new PromptSubmitter(server, watch);
        _canceller = new JobCanceller(server, watch);
        _reader = new JobReader(session, server, _tracker.Find);
        _listing = new JobListing(server, _reader, IsOwn);
        _watching = new JobWatching(session, server, watch, _tracker, _reader, (job, token) => FollowAsync(job, null, token));
    }

    /// <summary>Why events cannot come and jobs are followed by asking; null when they can, or when it was not tried.</summary>
    public string? EventProblem => _tracker.Events.LastError is { } error ? RequestErrors.Reason(error) : null;

    /// <summary>Whether no job is being handed in or waited for.</summary>
    internal bool IsIdle => _tracker.IsIdle;

    /// <summary>How many jobs are kept in mind.</summary>
    internal int TrackedCount => _tracker.Count;

    /// <inheritdoc/>
    public void Dispose() => _tracker.Dispose();

    /// <summary>Hands in a workflow (<c>POST /prompt</c>) and does not wait for it.</summary>
    /// <returns>The job, pending.</returns>
    /// <exception cref="ComfyUIValidationException">The server refused it, or it is in UI format and cannot be converted.</exception>
    /// <exception cref="ComfyUIException">The server could not be reached, or does not tell whether it has the job.</exception>
    public async Task<ComfyUIJob> SubmitAsync(ComfyUIWorkflow workflow, ComfyUIRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        TrackedJob job = await SubmitTrackedAsync(workflow, options ?? new ComfyUIRunOptions(), cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            await StopQuietlyAsync(job).ConfigureAwait(false);
            throw new OperationCanceledException(cancellationToken);
        }

        return _reader.Submitted(job);
    }

    /// <summary>Waits until a job is over. The job is not stopped when the waiting is cancelled.</summary>
    /// <param name="id">The job.</param>
    /// <param name="progress">Is told at most five times a second how far it is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The job as it ended; if it did not end well, with its error.</returns>
    /// <exception cref="ComfyUINotFoundException">The server does not know the job.</exception>
    public async Task<ComfyUIJob> WaitAsync(string id, IProgress<ComfyUIProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_session.IsClosed)
        {
            throw RequestErrors.SessionClosed(null);
        }

        bool known = _tracker.Find(id) is not null;
        TrackedJob job = _tracker.FindOrFollow(id);
        ComfyUIJob ended = await FollowAsync(job, progress, cancellationToken).ConfigureAwait(false);
        bool neverSeen = !known && ended.Status == ComfyUIJobStatus.Lost && !job.WasLocated;
        return neverSeen ? throw ExecutionErrors.NotFound(id) : ended;
    }

    /// <summary>Runs a workflow to its end and saves its files. If it is cancelled or takes too long, the job is stopped on the server.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="options">How to run it; null for the defaults, which leave the files on the server.</param>
    /// <param name="progress">Is told at most five times a second how far it is.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The job as it ended; if it did not end well, with its error.</returns>
    /// <exception cref="ComfyUIException">The job could not be handed in.</exception>
    public async Task<ComfyUIJob> RunAsync(
        ComfyUIWorkflow workflow,
        ComfyUIRunOptions? options = null,
        IProgress<ComfyUIProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ComfyUIRunOptions();
        using var limit = new RunLimit(_watch, options.Timeout, cancellationToken);
        TrackedJob job;
        try
        {
            job = await SubmitTrackedAsync(workflow, options, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsExpired)
        {
            throw limit.Error(null);
        }

        ComfyUIJob? ended = null;
        try
        {
            ended = await FollowAsync(job, progress, limit.Token).ConfigureAwait(false);
            return options.Save is null ? ended : await SaveAsync(ended, options.Save, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.Token.IsCancellationRequested)
        {
            ComfyUIStopResult? stopped = ended is null ? await StopQuietlyAsync(job).ConfigureAwait(false) : null;
            if (!limit.IsExpired || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            // The job may be over, and only the server not have told it yet.
            if (stopped == ComfyUIStopResult.NotRunning)
            {
                ended = await FindEndedQuietlyAsync(job).ConfigureAwait(false);
                if (ended is not null && options.Save is null)
                {
                    return ended;
                }
            }

            // Time may run out over the files, too: then the job is done, and they are still on the server.
            return ended is not null ? ended with { Error = ended.Error ?? limit.FilesError(job.Id) }
                : stopped is ComfyUIStopResult.Removed or ComfyUIStopResult.Interrupted ? _reader.Stopped(job, limit.Error(job.Id))
                : _reader.OutOfSight(job, limit.NotStoppedError(job.Id));
        }
    }

    /// <summary>Gets a job by its id, wherever it is.</summary>
    /// <exception cref="ComfyUINotFoundException">The server lists it in neither queue nor history.</exception>
    public Task<ComfyUIJob> GetAsync(string id, CancellationToken cancellationToken = default) => _reader.GetAsync(id, cancellationToken);

    /// <summary>Lists jobs: those that run, those that wait in their order, then the finished ones, the newest first.</summary>
    /// <param name="mostFinished">How many finished ones at most; null for all the server remembers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<ComfyUIJob>> ListAsync(int? mostFinished = null, CancellationToken cancellationToken = default)
        => _reader.ListAsync(mostFinished, cancellationToken);

    /// <summary>Lists the jobs that are wanted, in the same order, asking the server for no more than that takes.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<ComfyUIJob>> ListAsync(ComfyUIJobFilter filter, CancellationToken cancellationToken = default)
        => _listing.ListAsync(filter, cancellationToken);

    /// <summary>The id of the one job that the server lists under a shortened id, as tables show it; any other id as it is.</summary>
    /// <param name="id">An id, or its first characters: four at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUINotFoundException">Several jobs have ids that begin like this.</exception>
    public Task<string> ResolveIdAsync(string id, CancellationToken cancellationToken = default) => _listing.ResolveAsync(id, cancellationToken);

    /// <summary>Lists jobs as <see cref="ListAsync(int?, CancellationToken)"/> does, for completion: without what takes long.</summary>
    internal Task<IReadOnlyList<ComfyUIJob>> ListBrieflyAsync(int? mostFinished, CancellationToken cancellationToken = default)
        => _listing.ListBrieflyAsync(mostFinished, cancellationToken);

    /// <summary>Stops a job: takes it from the queue, or interrupts it if it is this job that runs.</summary>
    public async Task<ComfyUIStopResult> StopAsync(string id, CancellationToken cancellationToken = default)
    {
        if (_tracker.Find(id) is { } job)
        {
            job.IsCancelRequested = true;
        }

        ComfyUIStopResult result = await _canceller.StopAsync(id, isOwn: false, cancellationToken).ConfigureAwait(false);
        if (result == ComfyUIStopResult.Removed)
        {
            // No event says so.
            _tracker.Removed([id]);
        }

        return result;
    }

    /// <summary>Takes every job from the queue that waits (<c>POST /queue</c>), those of other people, too. What runs goes on.</summary>
    /// <returns>How many waited.</returns>
    public async Task<int> ClearQueueAsync(CancellationToken cancellationToken = default)
    {
        QueueSnapshot queue = await _server.GetQueueAsync(cancellationToken).ConfigureAwait(false);
        var waiting = new List<string>();
        foreach (QueueItem item in queue.Pending)
        {
            waiting.Add(item.Id);
        }

        await _server.ClearPendingAsync(cancellationToken).ConfigureAwait(false);
        _tracker.Removed(waiting);
        return waiting.Count;
    }

    /// <summary>Has the server forget a finished job (<c>POST /history</c>). Its files stay.</summary>
    /// <exception cref="ComfyUINotFoundException">The server does not know the job.</exception>
    /// <exception cref="ComfyUIException">It still runs or waits.</exception>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken = default)
    {
        ComfyUIJob job = await _reader.GetAsync(id, cancellationToken).ConfigureAwait(false);
        if (!job.IsFinished)
        {
            throw ExecutionErrors.NotFinished(id);
        }

        await _server.ForgetFinishedAsync([id], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the server forget all finished jobs (<c>POST /history</c>), those of other people, too. Their files stay.</summary>
    public Task RemoveAllAsync(CancellationToken cancellationToken = default) => _server.ForgetFinishedAsync(null, cancellationToken);

    /// <summary>Whether this session handed in the job.</summary>
    public bool IsOwn(string id)
    {
        lock (_own)
        {
            return _own.Contains(id);
        }
    }

    /// <summary>
    /// Tells what happens to a job until it is over. Whatever becomes of the WebSocket, the end is told; jobs of other programs tell no
    /// more than their place in the queue, their beginning and their end. The job is not stopped when the watching is cancelled.
    /// </summary>
    /// <param name="id">The job.</param>
    /// <param name="onEvent">Is told, from one thread at a time. Taking long delays later events, nothing else.</param>
    /// <param name="previewFolder">The folder that previews are saved to, made when it is missing; null to save none.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <returns>The job as it ended.</returns>
    /// <exception cref="ComfyUINotFoundException">The server does not know the job.</exception>
    /// <exception cref="ComfyUIException">A preview could not be saved.</exception>
    public Task<ComfyUIJob> WatchAsync(
        string id, Action<ComfyUIJobEvent> onEvent, string? previewFolder = null, CancellationToken cancellationToken = default)
        => _watching.WatchAsync(id, onEvent, previewFolder, cancellationToken);

    /// <summary>Tells what happens to all jobs that run or wait, and to those that come meanwhile, until none is left.</summary>
    /// <inheritdoc cref="WatchAsync" path="/param"/>
    /// <exception cref="ComfyUIException">The queue could not be asked, or a preview could not be saved.</exception>
    public Task WatchAllAsync(Action<ComfyUIJobEvent> onEvent, string? previewFolder = null, CancellationToken cancellationToken = default)
        => _watching.WatchAllAsync(onEvent, previewFolder, cancellationToken);

    /// <summary>Saves a job's files.</summary>
    /// <returns>The job with its files; with an error when some could not be saved and it had none.</returns>
    public async Task<ComfyUIJob> SaveAsync(ComfyUIJob job, ComfyUISaveOptions options, CancellationToken cancellationToken = default)
    {
        try
        {
            return job with { Outputs = await _session.Outputs.SaveAllAsync(job.Outputs, options, cancellationToken).ConfigureAwait(false) };
        }
        catch (OutputsNotSavedException e)
        {
            return job with { Outputs = e.Outputs, Error = job.Error ?? e.Failures[0] };
        }
    }

    private async Task<TrackedJob> SubmitTrackedAsync(ComfyUIWorkflow workflow, ComfyUIRunOptions options, CancellationToken cancellationToken)
    {
        workflow = await _session.Workflows.ConvertAsync(workflow, cancellationToken).ConfigureAwait(false);
        IEventStream? stream = await _tracker.Events.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var request = new PromptRequest(
            Guid.NewGuid().ToString("D"), workflow.Document, stream?.ClientId, options.Front, options.Targets, ExtraData.For(workflow));
        TrackedJob job = _tracker.Register(request.Id, workflow, options.Index, stream);
        try
        {
            // A prompt on its way is not cut off at once: better to know that the server has it. Whoever follows it stops it then.
            using var sending = new CancellationTokenSource();
            using (cancellationToken.Register(static state => ((CancellationTokenSource)state!).CancelAfter(SendingGrace), sending))
            {
                PromptAccepted accepted = await _submitter
                    .SubmitAsync(request, () => job.WasHeardOf, id => IsOwn(id) || _tracker.Find(id) is not null, sending.Token).ConfigureAwait(false);
                _tracker.Accepted(job, accepted);
            }

            lock (_own)
            {
                _own.Add(job.Id);
            }

            return job;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await StopQuietlyAsync(job).ConfigureAwait(false);
            _tracker.Refused(job);
            throw new OperationCanceledException(cancellationToken);
        }
        catch
        {
            _tracker.Refused(job);
            throw;
        }
    }

    private async Task<ComfyUIJob> FollowAsync(TrackedJob job, IProgress<ComfyUIProgress>? progress, CancellationToken cancellationToken)
    {
        Task<ComfyUIJob> ending = EndAsync(job, cancellationToken);
        if (progress is not null)
        {
            await ReportAsync(job, progress, ending).ConfigureAwait(false);
        }

        return await ending.ConfigureAwait(false);
    }

    private async Task<ComfyUIJob> EndAsync(TrackedJob job, CancellationToken cancellationToken)
    {
        try
        {
            HistoryEntry? entry = await _tracker.WaitAsync(job, cancellationToken).ConfigureAwait(false);
            return _reader.Ended(job, entry);
        }
        catch (ComfyUIException e)
        {
            return _reader.OutOfSight(job, e);
        }
    }

    private async Task ReportAsync(TrackedJob job, IProgress<ComfyUIProgress> progress, Task ending)
    {
        int seen = -1;
        long reported = _watch.Timestamp;
        do
        {
            int version = job.Progress.Version;

            // The time left goes on counting while nothing else changes.
            if (version != seen || _watch.Since(reported) > TimeSpan.FromSeconds(1))
            {
                seen = version;
                reported = _watch.Timestamp;
                progress.Report(job.Progress.Snapshot(job, _tracker.OwnJobsBefore(job)));
            }
        }
        while (!await _watch.WaitAsync(ending, ProgressInterval, CancellationToken.None).ConfigureAwait(false));
    }

    // Null when the server could not be told. Then the job may go on, and somebody may wait for it yet.
    private async Task<ComfyUIStopResult?> StopQuietlyAsync(TrackedJob job)
    {
        job.IsCancelRequested = true;
        using var patience = new CancellationTokenSource(StoppingGrace);
        try
        {
            while (true)
            {
                if (await TryStopAsync(job.Id, patience.Token).ConfigureAwait(false) is { } result)
                {
                    _tracker.Forget(job);
                    return result;
                }

                await _watch.DelayAsync(StoppingPause, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ComfyUIException or OperationCanceledException)
        {
            // Whoever is leaving cannot be told; the log has the request.
            return null;
        }
    }

    // Null when the server could not be told.
    private async Task<ComfyUIStopResult?> TryStopAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _canceller.StopAsync(id, isOwn: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (ServerTrouble.MayPass(e))
        {
            return null;
        }
    }

    private async Task<ComfyUIJob?> FindEndedQuietlyAsync(TrackedJob job)
    {
        using var patience = new CancellationTokenSource(StoppingGrace);
        try
        {
            HistoryEntry? entry = await _server.FindFinishedAsync(job.Id, patience.Token).ConfigureAwait(false);
            return entry is null ? null : _reader.Ended(job, entry);
        }
        catch (Exception e) when (e is ComfyUIException or OperationCanceledException)
        {
            return null;
        }
    }
}
