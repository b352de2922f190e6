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
    /// <param name="isOther">Whether an id is that of another job, so that an answer with it is not the answer to this prompt.</param>
    /// <param name="cancellationToken">Cancels the sending; whether the server has the prompt is then unknown.</param>
    /// <exception cref="ComfyUIException">The server refused the prompt, could not be reached, or does not tell whether it has it.</exception>
    internal async Task<PromptAccepted> SubmitAsync(
        PromptRequest request, Func<bool> isHeardOf, Func<string, bool> isOther, CancellationToken cancellationToken)
    {
        try
        {
            PromptAccepted answer = await server.SubmitAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.Id == request.Id || !isOther(answer.Id) ? answer : throw OfAnother(answer.Id);
        }
        catch (ComfyUIException e) when (e.StatusCode == 429)
        {
            // It was not taken, if the one who says so is the one who would have taken it.
            if (await IsListedQuietlyAsync(request.Id, cancellationToken).ConfigureAwait(false))
            {
                return new PromptAccepted(request.Id, null, []);
            }

            throw;
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
        long? told = null;
        TimeSpan limit = cause.StatusCode is 500 or 409 ? AfterAnswer : WithoutAnswer;
        TimeSpan pause = FirstPause;
        while (true)
        {
            ComfyUIException? trouble = null;
            try
            {
                if (isHeardOf() || await server.IsListedAsync(request.Id, cancellationToken).ConfigureAwait(false))
                {
                    return new PromptAccepted(request.Id, null, []);
                }

                told ??= watch.Timestamp;
            }
            catch (ComfyUIException e)
            {
                trouble = e;
            }

            // That it is not listed counts only when the server itself has said so, for a while.
            TimeSpan patience = trouble is null || ServerTrouble.Patience(trouble) is not { } patient ? limit : patient > limit ? patient : limit;
            if (watch.Since(began) >= patience && (trouble is not null || watch.Since(told!.Value) >= AfterAnswer))
            {
                throw ExecutionErrors.SubmissionUnknown(request.Id, cause, trouble);
            }

            await watch.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task<bool> IsListedQuietlyAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await server.IsListedAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException)
        {
            return false;
        }
    }

    private static ComfyUIProtocolException OfAnother(string id)
        => new(ComfyUIErrorId.InvalidResponse, $"The answer to the prompt names another job, {Redaction.ServerLine(id, 80)}.");
}
