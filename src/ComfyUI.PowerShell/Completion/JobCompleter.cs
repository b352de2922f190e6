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
        IReadOnlyList<(string Id, bool IsFinished, string ToolTip)> jobs = await session.Names
            .GetAsync("jobs", TimeSpan.FromSeconds(2), () => ListAsync(session)).ConfigureAwait(false);
        var ids = new List<Candidate>();
        foreach ((string id, bool isFinished, string toolTip) in jobs)
        {
            if ((!active || !isFinished) && (!finished || isFinished))
            {
                ids.Add(new Candidate(id, toolTip));
            }
        }

        return ids;
    }

    // Without the graphs, which are large.
    private static async Task<IReadOnlyList<(string Id, bool IsFinished, string ToolTip)>> ListAsync(ComfyUISession session)
    {
        var jobs = new List<(string, bool, string)>();
        foreach (ComfyUIJob job in await session.Jobs.ListAsync(MostFinished).ConfigureAwait(false))
        {
            string when = job.CompletedAt is { } time ? time.ToLocalTime().ToString("g", System.Globalization.CultureInfo.CurrentCulture) : string.Empty;
            jobs.Add((job.Id, job.IsFinished, $"{job.Status} {when} {(job.Outputs.Count > 0 ? job.Outputs[0].ToString() : string.Empty)}".Trim()));
        }

        return jobs;
    }

    private static bool Is(string command, string verb) => command.StartsWith(verb, StringComparison.OrdinalIgnoreCase);
}
