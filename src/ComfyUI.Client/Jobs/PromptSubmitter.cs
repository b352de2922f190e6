using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Hands in a prompt so that it runs once or not at all. When no usable answer comes, the server is asked whether it has the job; the
/// prompt is never sent a second time.
/// </summary>
internal sealed class PromptSubmitter(IJobServer server, TaskWatch watch)
{
    // A server that answers 500 has looked at the prompt already; without an answer it may still be on its way through a proxy.
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WithoutAnswer = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <param name="request">The prompt.</param>
    /// <param name="isHeardOf">Whether events about the job have come, which prove that the server has it.</param>
    /// <param name="cancellationToken">Cancels the sending; whether the server has the prompt is then unknown.</param>
    /// <exception cref="ComfyUIException">The server refused the prompt, could not be reached, or does not tell whether it has it.</exception>
    internal async Task<PromptAccepted> SubmitAsync(PromptRequest request, Func<bool> isHeardOf, CancellationToken cancellationToken)
    {
        try
        {
            return await server.SubmitAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (MayHaveArrived(e))
        {
            return await LookForAsync(request, e, isHeardOf, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool MayHaveArrived(ComfyUIException error) => error.ErrorId switch
    {
        ComfyUIErrorId.ConnectionLost or ComfyUIErrorId.RequestTimeout or ComfyUIErrorId.ServerError or ComfyUIErrorId.InvalidResponse => true,

        // Newest servers: this id exists already, so an earlier try of ours arrived.
        _ => error.StatusCode == 409,
    };

    private async Task<PromptAccepted> LookForAsync(PromptRequest request, ComfyUIException cause, Func<bool> isHeardOf, CancellationToken cancellationToken)
    {
        long began = watch.Timestamp;
        TimeSpan limit = cause.StatusCode is 500 or 409 ? AfterAnswer : WithoutAnswer;
        TimeSpan pause = FirstPause;
        while (true)
        {
            if (isHeardOf() || await IsListedAsync(request.Id, cancellationToken).ConfigureAwait(false))
            {
                return new PromptAccepted(request.Id, null, []);
            }

            if (watch.Since(began) >= limit)
            {
                throw Unknown(request.Id, cause);
            }

            await watch.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task<bool> IsListedAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            // In this order: a job leaves the queue for the history, never the other way.
            QueueSnapshot queue = await server.GetQueueAsync(cancellationToken).ConfigureAwait(false);
            return queue.Contains(id) || await server.FindFinishedAsync(id, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (ComfyUIException)
        {
            // The server does not tell now; it may at the next try.
            return false;
        }
    }

    private static ComfyUIException Unknown(string id, ComfyUIException cause)
    {
        string message = $"Nobody knows whether the server has job {id}: no usable answer came when it was handed in, and it is in neither "
            + $"queue nor history. {cause.Message}";
        string advice = $"See whether it turns up with Get-ComfyUIJob -Id {id} before you run the workflow again. {cause.RecommendedAction}".TrimEnd();
        const string ErrorId = ComfyUIErrorId.SubmissionUnknown;
        return cause switch
        {
            ComfyUITimeoutException => new ComfyUITimeoutException(ErrorId, message, cause)
            {
                PromptId = id, StatusCode = cause.StatusCode, Request = cause.Request, ServerMessage = cause.ServerMessage, RecommendedAction = advice,
            },
            ComfyUIServerException => new ComfyUIServerException(ErrorId, message, cause)
            {
                PromptId = id, StatusCode = cause.StatusCode, Request = cause.Request, ServerMessage = cause.ServerMessage, RecommendedAction = advice,
            },
            ComfyUIProtocolException => new ComfyUIProtocolException(ErrorId, message, cause)
            {
                PromptId = id, StatusCode = cause.StatusCode, Request = cause.Request, ServerMessage = cause.ServerMessage, RecommendedAction = advice,
            },
            _ => new ComfyUIConnectionException(ErrorId, message, cause)
            {
                PromptId = id, StatusCode = cause.StatusCode, Request = cause.Request, ServerMessage = cause.ServerMessage, RecommendedAction = advice,
            },
        };
    }
}
