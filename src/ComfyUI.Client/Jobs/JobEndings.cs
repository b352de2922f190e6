using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Finds out how a job ended. The history decides; its events count where the history is silent.</summary>
internal sealed class JobEndings(IJobServer server, TaskWatch watch, QueueWatch queueWatch)
{
    // The history is there when the end is announced; these are for servers that are slower with it than those we know.
    private static readonly TimeSpan[] HistoryDelays =
        [TimeSpan.Zero, Milliseconds(50), Milliseconds(100), Milliseconds(200), Milliseconds(400), Milliseconds(800)];

    // Between the queue and the history a job is nowhere for a moment on some servers, and a proxy's cache may show for a while, or now and
    // then, what was before it came: every other time it is passed by. The short form is for jobs of which there is a reason to think that
    // they are gone, or were never there.
    private static readonly TimeSpan[] AbsenceDelays =
    [
        TimeSpan.Zero, Milliseconds(500), Milliseconds(500), Milliseconds(1000), Milliseconds(1000), Milliseconds(1000), Milliseconds(1000),
        Milliseconds(2000), Milliseconds(2000), Milliseconds(2000), Milliseconds(2000), Milliseconds(2000),
    ];

    private const int QuickAbsenceChecks = 3;

    /// <summary>Looks for the end of a job of which there are news.</summary>
    /// <returns>What the server remembers of it. Null with the job marked absent: it is nowhere. Null without: it goes on.</returns>
    /// <exception cref="ComfyUIException">The server has been out of reach for too long, or refuses to tell.</exception>
    internal async Task<HistoryEntry?> FindAsync(TrackedJob job, CancellationToken cancellationToken)
    {
        try
        {
            return await LookUpAsync(job, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (e.ErrorId != ComfyUIErrorId.SessionClosed && job is { HasEnded: true } && job.OutcomeByEvents() is { } outcome)
        {
            // The server has told the end, and will not tell it again.
            return outcome;
        }
    }

    private async Task<HistoryEntry?> LookUpAsync(TrackedJob job, CancellationToken cancellationToken)
    {
        if (job.HasEnded)
        {
            foreach (TimeSpan delay in HistoryDelays)
            {
                if (delay > TimeSpan.Zero)
                {
                    await watch.DelayAsync(delay, cancellationToken).ConfigureAwait(false);
                }

                if (await FindFinishedAsync(job, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    return entry;
                }
            }

            if (job.OutcomeByEvents() is { } outcome)
            {
                return outcome;
            }
        }
        else if (await FindFinishedAsync(job, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry;
        }

        return await ConfirmAbsenceAsync(job, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HistoryEntry?> ConfirmAbsenceAsync(TrackedJob job, CancellationToken cancellationToken)
    {
        bool isLikely = job.IsCancelRequested || job.ServerWasAway || job.SubmittedAt is null;
        for (int check = 0; check < (isLikely ? QuickAbsenceChecks : AbsenceDelays.Length); check++)
        {
            if (check > 0)
            {
                await watch.DelayAsync(AbsenceDelays[check], cancellationToken).ConfigureAwait(false);
            }

            bool isFresh = check % 2 == 1;
            QueueSnapshot queue = await queueWatch.PatientlyAsync(job, token => server.GetQueueAsync(token, isFresh), cancellationToken).ConfigureAwait(false);
            if (queue.Contains(job.Id))
            {
                job.Located(queue);
                job.GoesOn(missing: false);
                return null;
            }

            if (await FindFinishedAsync(job, cancellationToken, isFresh).ConfigureAwait(false) is { } entry)
            {
                return entry;
            }
        }

        job.GoesOn(missing: true);
        return job.OutcomeByEvents();
    }

    private Task<HistoryEntry?> FindFinishedAsync(TrackedJob job, CancellationToken cancellationToken, bool isFresh = false)
        => queueWatch.PatientlyAsync(job, token => server.FindFinishedAsync(job.Id, token, isFresh), cancellationToken);

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);
}
