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

    // A server that does not tell is asked for longer, though not so long that nobody would wait for the error.
    private static readonly TimeSpan WithoutTelling = TimeSpan.FromSeconds(60);
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
        // Who says that it is asked too much may be a proxy that has passed the prompt on: it is looked for before it is sent again.
        Looked? looked = null;
        try
        {
            PromptAccepted answer = await server.SubmitAsync(request, LookedInVainAsync, cancellationToken).ConfigureAwait(false);

            // An old server gives prompts ids of its own. One that has a prompt under the id we chose does not, and its answer is that to somebody else.
            bool isOurs = answer.Id == request.Id || !(isOther(answer.Id) || (await AskAsync(request.Id, isHeardOf, cancellationToken).ConfigureAwait(false)).IsFound);
            return isOurs ? answer : throw OfAnother(answer.Id);
        }
        catch (ComfyUIException e) when (e.StatusCode == 429)
        {
            if (looked is null or { IsFound: false, Trouble: null })
            {
                await LookedInVainAsync(cancellationToken).ConfigureAwait(false);
            }

            if (Adopted(looked!, e) is { } adopted)
            {
                return adopted;
            }

            throw;
        }
        catch (ComfyUIException e) when (MayHaveArrived(e))
        {
            Looked found = await LookAsync(request.Id, e.StatusCode is 500 or 409 ? AfterAnswer : WithoutAnswer, isHeardOf, cancellationToken).ConfigureAwait(false);
            return Adopted(found, e) ?? throw ExecutionErrors.SubmissionUnknown(request.Id, e, null);
        }
        catch (ComfyUIException e) when (e is not ComfyUIValidationException && e.StatusCode is not null)
        {
            // Not the server's own refusal of a workflow: what a proxy says on the way back is no proof that nothing was passed on.
            Looked found = await AskAsync(request.Id, isHeardOf, cancellationToken).ConfigureAwait(false);
            if (!found.IsFound)
            {
                // Who refuses this question in the same way refuses everything; and who is not let in is told so at once.
                bool isCertain = found.Trouble is { } trouble
                    ? trouble.StatusCode == e.StatusCode || !ServerTrouble.MayPass(trouble)
                    : e.StatusCode is 401 or 403 or 407 or 413;
                if (isCertain)
                {
                    throw;
                }

                found = await LookAsync(request.Id, AfterAnswer, isHeardOf, cancellationToken).ConfigureAwait(false);
            }

            if (Adopted(found, e) is { } adopted)
            {
                return adopted;
            }

            throw;
        }

        // Null when the server says that it does not have the job.
        PromptAccepted? Adopted(Looked found, ComfyUIException error)
            => found.IsFound ? new PromptAccepted(request.Id, null, [])
                : found.Trouble is { } trouble ? throw ExecutionErrors.SubmissionUnknown(request.Id, error, trouble)
                : null;

        async Task<bool> LookedInVainAsync(CancellationToken token)
        {
            looked = await LookAsync(request.Id, AfterAnswer, isHeardOf, token).ConfigureAwait(false);
            return looked is { IsFound: false, Trouble: null };
        }
    }

    private static bool MayHaveArrived(ComfyUIException error) => error.ErrorId switch
    {
        ComfyUIErrorId.ConnectionLost or ComfyUIErrorId.RequestTimeout or ComfyUIErrorId.ServerError or ComfyUIErrorId.InvalidResponse => true,

        // Newest servers: this id exists already, so an earlier try of ours arrived.
        _ => error.StatusCode == 409,
    };

    // Past caches, and once: LookAsync goes on asking.
    private async Task<Looked> AskAsync(string id, Func<bool> isHeardOf, CancellationToken cancellationToken)
    {
        try
        {
            return new Looked(isHeardOf() || await server.IsListedAsync(id, cancellationToken, isFresh: true).ConfigureAwait(false), null);
        }
        catch (ComfyUIException e)
        {
            return new Looked(false, e);
        }
    }

    private async Task<Looked> LookAsync(string id, TimeSpan limit, Func<bool> isHeardOf, CancellationToken cancellationToken)
    {
        long began = watch.Timestamp;
        long? told = null;
        LastingTrouble? lasting = null;
        TimeSpan pause = FirstPause;
        for (bool isFresh = false; ; isFresh = !isFresh)
        {
            ComfyUIException? trouble = null;
            try
            {
                if (isHeardOf() || await server.IsListedAsync(id, cancellationToken, isFresh).ConfigureAwait(false))
                {
                    return new Looked(true, null);
                }

                told ??= watch.Timestamp;
                lasting = null;
            }
            catch (ComfyUIException e)
            {
                trouble = e;
                lasting ??= new LastingTrouble(watch);
            }

            // That it is not listed counts only when the server itself has said so, for a while; and a refusal when it lasts.
            bool isEnough = trouble is null
                ? watch.Since(began) >= limit && watch.Since(told!.Value) >= AfterAnswer
                : (lasting!.IsEnough(trouble) && !ServerTrouble.MayPass(trouble)) || watch.Since(began) >= WithoutTelling;
            if (isEnough)
            {
                return new Looked(false, trouble);
            }

            await watch.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private static ComfyUIProtocolException OfAnother(string id)
        => new(ComfyUIErrorId.InvalidResponse, $"The answer to the prompt names another job, {Redaction.ServerLine(id, 80)}.");

    /// <summary>What came of looking for a job.</summary>
    /// <param name="IsFound">The server has it.</param>
    /// <param name="Trouble">Why the server did not tell; null when it did.</param>
    private sealed record Looked(bool IsFound, ComfyUIException? Trouble);
}
