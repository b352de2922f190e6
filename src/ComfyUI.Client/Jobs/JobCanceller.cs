using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>What came of asking the server to stop a job.</summary>
public enum ComfyUIStopResult
{
    /// <summary>It waited, and was taken from the queue.</summary>
    Removed,

    /// <summary>It ran, and was told to stop; it does so at its next step.</summary>
    Interrupted,

    /// <summary>It had ended before, or the server does not know it.</summary>
    NotRunning,
}

/// <summary>Stops one job and no other.</summary>
internal sealed class JobCanceller(IJobServer server, TaskWatch watch)
{
    private const int MaxTries = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Takes the job from the queue, or interrupts it if it is our job that runs.</summary>
    /// <param name="id">The job.</param>
    /// <param name="isOwn">
    /// True for a job of a run that is given up: it is looked for a few times, because its prompt may be on its way, or a cache show what was before.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">The server cannot be asked, or does not do as it is told.</exception>
    internal async Task<ComfyUIStopResult> StopAsync(string id, bool isOwn, CancellationToken cancellationToken)
    {
        ComfyUIException? unanswered = null;
        for (int attempt = 1; ; attempt++)
        {
            bool isFresh = attempt % 2 == 0;
            QueueSnapshot queue = await server.GetQueueAsync(cancellationToken, isFresh).ConfigureAwait(false);
            if (queue.IsRunning(id))
            {
                // Nobody is interrupted on the word of a cache.
                if (!isFresh && !(await server.GetQueueAsync(cancellationToken, isFresh: true).ConfigureAwait(false)).IsRunning(id))
                {
                    continue;
                }

                unanswered = await TryInterruptAsync(id, cancellationToken).ConfigureAwait(false);
                if (unanswered is null)
                {
                    return ComfyUIStopResult.Interrupted;
                }

                if (attempt >= MaxTries)
                {
                    throw unanswered;
                }
            }
            else if (unanswered is not null)
            {
                // It ran when it was interrupted, and does not any more: whatever became of the answer.
                return ComfyUIStopResult.Interrupted;
            }
            else if (queue.Contains(id))
            {
                await server.RemovePendingAsync(id, cancellationToken).ConfigureAwait(false);

                // It may have begun to run between the question and the removal.
                queue = await server.GetQueueAsync(cancellationToken, isFresh: true).ConfigureAwait(false);
                if (!queue.Contains(id))
                {
                    bool ranMeanwhile = await server.FindFinishedAsync(id, cancellationToken, isFresh: true).ConfigureAwait(false) is not null;
                    return ranMeanwhile ? ComfyUIStopResult.NotRunning : ComfyUIStopResult.Removed;
                }

                if (attempt >= MaxTries)
                {
                    throw StaysQueued(id);
                }
            }
            else if (!isOwn || attempt >= 6 || await server.FindFinishedAsync(id, cancellationToken, isFresh).ConfigureAwait(false) is not null)
            {
                return ComfyUIStopResult.NotRunning;
            }

            await watch.DelayAsync(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    // Why no answer came that says that the job is interrupted; null when one came. Only now that it runs: servers before late 2025 ignore
    // the id and interrupt whatever runs. For the same reason it is not sent twice without another look at the queue.
    private async Task<ComfyUIException?> TryInterruptAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await server.InterruptAsync(id, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ComfyUIException e) when (ServerTrouble.MayPass(e))
        {
            return e;
        }
    }

    private static ComfyUIServerException StaysQueued(string id)
        => new(ComfyUIErrorId.ServerError, $"The server was told to take job {id} from its queue, and still lists it.")
        {
            PromptId = id,
            RecommendedAction = "Look at the server's log, and see whether a proxy before it lets POST /queue through.",
        };
}
