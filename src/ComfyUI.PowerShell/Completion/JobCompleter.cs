using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the ids of jobs: for Stop, Wait and Watch those that are not over, for Remove and Save those that are.</summary>
public sealed class JobCompleter : ServerCompleter
{
    // A history may hold thousands; nobody tabs through more than these.
    private const int MostFinished = 50;

    private protected override async Task<IReadOnlyList<Candidate>> FindAsync(ComfyUISession session, string command, IDictionary bound)
    {
        bool active = Is(command, "Stop-") || Is(command, "Wait-") || Is(command, "Watch-");
        bool finished = Is(command, "Remove-") || Is(command, "Save-");
        IReadOnlyList<(bool IsFinished, Candidate Candidate)> jobs = await session.Names
            .GetAsync("jobs", TimeSpan.FromSeconds(2), () => ListAsync(session)).ConfigureAwait(false);
        var ids = new List<Candidate>();
        foreach ((bool isFinished, Candidate candidate) in jobs)
        {
            if ((!active || !isFinished) && (!finished || isFinished))
            {
                ids.Add(candidate);
            }
        }

        return ids;
    }

    // Without the graphs, which are large.
    private static async Task<IReadOnlyList<(bool IsFinished, Candidate Candidate)>> ListAsync(ComfyUISession session)
    {
        var jobs = new List<(bool, Candidate)>();
        foreach (ComfyUIJob job in await session.Jobs.ListBrieflyAsync(MostFinished).ConfigureAwait(false))
        {
            string when = DisplayText.When(job);
            string toolTip = $"{job.Status} {when} {(job.Outputs.Count > 0 ? job.Outputs[0].ToString() : string.Empty)}".Trim();
            jobs.Add((job.IsFinished, new Candidate(job.Id, toolTip, $"{DisplayText.ShortId(job.Id)} {job.Status} {when}".Trim())));
        }

        return jobs;
    }

    private static bool Is(string command, string verb) => command.StartsWith(verb, StringComparison.OrdinalIgnoreCase);
}
