using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Lists the jobs of a server, asking for no more than is wanted: a history may hold 10,000 entries with their graphs.</summary>
internal sealed class JobListing(IJobServer server, JobReader reader, Func<string, bool> isOwn)
{
    // More than these are cheaper in the one answer that has them all.
    private const int MostOneByOne = 50;

    // A short id as the tables show it, or any other beginning of a UUID that is long enough to mean one job.
    private const int ShortestPrefix = 4;
    private const int FullLength = 36;

    internal async Task<IReadOnlyList<ComfyUIJob>> ListAsync(ComfyUIJobFilter filter, CancellationToken cancellationToken)
    {
        bool wantsActive = filter.Statuses.Count == 0 || Contains(filter.Statuses, static status => IsActive(status));
        bool wantsFinished = filter.Statuses.Count == 0 || Contains(filter.Statuses, static status => !IsActive(status));
        if (!wantsActive && !filter.OwnOnly && filter.First is { } first && first <= MostOneByOne
            && await PageAsync(filter, first, cancellationToken).ConfigureAwait(false) is { } page)
        {
            return page;
        }

        bool isFiltered = filter.Statuses.Count > 0 || filter.OwnOnly;
        int? most = !wantsFinished ? 0 : isFiltered || filter.First is not { } count || count > int.MaxValue - filter.Skip ? null : count + filter.Skip;
        IReadOnlyList<ComfyUIJob> all = await reader.ListAsync(most, cancellationToken).ConfigureAwait(false);
        return Select(all, filter);
    }

    /// <summary>All jobs with no more than id, state, times and one output: the finished ones the newest first, after those that run and wait.</summary>
    /// <param name="most">How many finished ones at most; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<ComfyUIJob>> ListBrieflyAsync(int? most, CancellationToken cancellationToken)
    {
        if (await server.ListIndexAsync([], 0, most, cancellationToken).ConfigureAwait(false) is not { } index)
        {
            return await reader.ListAsync(most, cancellationToken).ConfigureAwait(false);
        }

        var jobs = new List<ComfyUIJob>(index.Count);
        foreach (ComfyUIJobStatus? status in new ComfyUIJobStatus?[] { ComfyUIJobStatus.Running, ComfyUIJobStatus.Pending, null })
        {
            foreach (IndexedJob job in index)
            {
                if (status is null ? !IsActive(job.Status) : job.Status == status)
                {
                    jobs.Add(reader.Brief(job));
                }
            }
        }

        return jobs;
    }

    /// <summary>The id that begins like this, when there is one of that beginning; what is no beginning of a UUID is taken as it is.</summary>
    /// <exception cref="ComfyUINotFoundException">Several jobs begin like this.</exception>
    internal async Task<string> ResolveAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsPrefix(id))
        {
            return id;
        }

        var found = new List<string>();
        foreach (ComfyUIJob job in await ListBrieflyAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (job.Id == id)
            {
                return id;
            }

            if (job.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(job.Id);
            }
        }

        return found.Count switch
        {
            0 => id,
            1 => found[0],
            _ => throw ExecutionErrors.Ambiguous(id, found),
        };
    }

    private async Task<IReadOnlyList<ComfyUIJob>?> PageAsync(ComfyUIJobFilter filter, int first, CancellationToken cancellationToken)
    {
        var known = new List<ComfyUIJobStatus>();
        foreach (ComfyUIJobStatus status in filter.Statuses)
        {
            // The others are what this client makes of jobs that the server does not list.
            if (status is ComfyUIJobStatus.Completed or ComfyUIJobStatus.Failed or ComfyUIJobStatus.Interrupted)
            {
                known.Add(status);
            }
        }

        if (known.Count == 0)
        {
            return [];
        }

        if (await server.ListIndexAsync(known, filter.Skip, first, cancellationToken).ConfigureAwait(false) is not { } index)
        {
            return null;
        }

        var jobs = new List<ComfyUIJob>(index.Count);
        foreach (IndexedJob job in index)
        {
            // It may have been removed meanwhile.
            if (await server.FindFinishedAsync(job.Id, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                jobs.Add(reader.Finished(entry));
            }
        }

        return jobs;
    }

    private List<ComfyUIJob> Select(IReadOnlyList<ComfyUIJob> all, ComfyUIJobFilter filter)
    {
        var jobs = new List<ComfyUIJob>();
        int skip = filter.Skip;
        foreach (ComfyUIJob job in all)
        {
            bool fits = (filter.Statuses.Count == 0 || Contains(filter.Statuses, status => status == job.Status)) && (!filter.OwnOnly || isOwn(job.Id));
            if (fits && skip-- <= 0 && (filter.First is not { } first || jobs.Count < first))
            {
                jobs.Add(job);
            }
        }

        return jobs;
    }

    private static bool IsActive(ComfyUIJobStatus status) => status is ComfyUIJobStatus.Pending or ComfyUIJobStatus.Running;

    private static bool Contains(IReadOnlyCollection<ComfyUIJobStatus> statuses, Func<ComfyUIJobStatus, bool> fits)
    {
        foreach (ComfyUIJobStatus status in statuses)
        {
            if (fits(status))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPrefix(string id)
    {
        if (id.Length is < ShortestPrefix or >= FullLength)
        {
            return false;
        }

        foreach (char c in id)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F') or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
