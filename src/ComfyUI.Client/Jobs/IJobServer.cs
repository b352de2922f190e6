using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// All that running jobs needs of a server, and the only way in which it speaks to one. The self-hosted API is one such way.
/// </summary>
internal interface IJobServer
{
    /// <summary>Hands in a prompt, once.</summary>
    /// <param name="request">The prompt.</param>
    /// <param name="mayRepeat">Is asked before a prompt that was not taken is sent again: false when it was taken after all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<PromptAccepted> SubmitAsync(PromptRequest request, Func<CancellationToken, Task<bool>> mayRepeat, CancellationToken cancellationToken);

    /// <summary>What became of a job; null while it has not finished, or when the server does not know it.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isFresh">Asks so that a cache between, which heeds nothing it is told, cannot have the answer.</param>
    Task<HistoryEntry?> FindFinishedAsync(string id, CancellationToken cancellationToken, bool isFresh = false);

    /// <summary>The jobs that run or wait.</summary>
    /// <inheritdoc cref="FindFinishedAsync" path="/param"/>
    Task<QueueSnapshot> GetQueueAsync(CancellationToken cancellationToken, bool isFresh = false);

    /// <summary>The newest finished jobs, the oldest of them first; all when <paramref name="most"/> is null.</summary>
    Task<IReadOnlyList<HistoryEntry>> ListFinishedAsync(int? most, CancellationToken cancellationToken);

    /// <summary>Lists jobs without their graphs and outputs, the newest first; null when the server has no such list.</summary>
    Task<IReadOnlyList<IndexedJob>?> ListIndexAsync(
        IReadOnlyCollection<ComfyUIJobStatus> statuses, int skip, int? most, CancellationToken cancellationToken);

    /// <summary>Takes a job from the queue, if it still waits.</summary>
    Task RemovePendingAsync(string id, CancellationToken cancellationToken);

    /// <summary>Takes all jobs from the queue that wait, everybody's.</summary>
    Task ClearPendingAsync(CancellationToken cancellationToken);

    /// <summary>Has the server forget finished jobs; their files stay. All of them when <paramref name="ids"/> is null.</summary>
    Task ForgetFinishedAsync(IReadOnlyList<string>? ids, CancellationToken cancellationToken);

    /// <summary>Interrupts a job, if it runs. Old servers interrupt whatever runs: ask the queue first.</summary>
    Task InterruptAsync(string id, CancellationToken cancellationToken);

    /// <summary>A text of the server without the secrets it was sent.</summary>
    string Mask(string text);

    /// <summary>Opens a stream of the events of jobs that are handed in under a client id.</summary>
    Task<IEventStream> OpenEventsAsync(
        string clientId, bool isResumed, Action<IEventStream, ServerEvent> onEvent, Action<IEventStream> onClosed, CancellationToken cancellationToken);

    /// <summary>Asks for an output's file, from byte <paramref name="from"/> on if it is still the one that <paramref name="condition"/> tells.</summary>
    Task<HttpResponseMessage> OpenFileAsync(ComfyUIOutput output, long from, string? condition, CancellationToken cancellationToken);
}

/// <summary>What can be asked of any server.</summary>
internal static class JobServerExtensions
{
    /// <summary>Whether the server has a job, in whatever state.</summary>
    internal static async Task<bool> IsListedAsync(this IJobServer server, string id, CancellationToken cancellationToken, bool isFresh = false)
    {
        // In this order: a job leaves the queue for the history, never the other way.
        QueueSnapshot queue = await server.GetQueueAsync(cancellationToken, isFresh).ConfigureAwait(false);
        return queue.Contains(id) || await server.FindFinishedAsync(id, cancellationToken, isFresh).ConfigureAwait(false) is not null;
    }
}
