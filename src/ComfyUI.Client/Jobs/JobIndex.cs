using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// The list of all jobs that servers of 2026 have (<c>GET /api/jobs</c>): by state, by pages, and without the graphs that make a history
/// large.
/// </summary>
internal sealed class JobIndex(HttpPipeline pipeline)
{
    // Asked once a session: a server does not get the route while it runs.
    private volatile bool _isMissing;

    /// <summary>Lists jobs, the newest first.</summary>
    /// <param name="statuses">Only jobs of these states; none for all.</param>
    /// <param name="skip">How many to leave out at the start.</param>
    /// <param name="most">How many at most; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The jobs; null when the server does not have the route.</returns>
    internal async Task<IReadOnlyList<IndexedJob>?> ListAsync(
        IReadOnlyCollection<ComfyUIJobStatus> statuses, int skip, int? most, CancellationToken cancellationToken)
    {
        if (_isMissing)
        {
            return null;
        }

        string path = "api/jobs?sort_by=created_at&sort_order=desc" + Names(statuses);
        path += skip > 0 ? "&offset=" + JsonAccess.Invariant(skip) : string.Empty;
        path += most is { } limit ? "&limit=" + JsonAccess.Invariant(limit) : string.Empty;
        JsonArray? jobs = null;
        try
        {
            jobs = (await pipeline.GetObjectAsync(path, cancellationToken).ConfigureAwait(false)).Array("jobs");
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e) || e is ComfyUIProtocolException)
        {
            // A server of another year, or something that answers every address with a page.
        }

        if (jobs is null)
        {
            _isMissing = true;
            return null;
        }

        var list = new List<IndexedJob>(jobs.Count);
        foreach (JsonNode? job in jobs)
        {
            if (job is JsonObject entry && IndexedJob.Read(entry) is { } read)
            {
                list.Add(read);
            }
        }

        return list;
    }

    private static string Names(IReadOnlyCollection<ComfyUIJobStatus> statuses)
    {
        var names = new List<string>();
        foreach (ComfyUIJobStatus status in statuses)
        {
            names.Add(IndexedJob.NameOf(status));
        }

        return names.Count == 0 ? string.Empty : "&status=" + string.Join(",", names);
    }
}

/// <summary>A job as the list has it.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Status">Where it is on its way.</param>
/// <param name="Number">The place in the server's order; null when it is not said.</param>
/// <param name="SubmittedAt">When it was handed in; null when it is not said.</param>
/// <param name="StartedAt">When the server began; null when it has not.</param>
/// <param name="CompletedAt">When the server ended; null when it has not.</param>
/// <param name="Preview">The one output that stands for all; null for none.</param>
internal sealed record IndexedJob(
    string Id,
    ComfyUIJobStatus Status,
    double? Number,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    ComfyUIOutput? Preview)
{
    internal static IndexedJob? Read(JsonObject job) => job.Text("id") is not { Length: > 0 } id ? null : new IndexedJob(
        id,
        StatusOf(job.Text("status")),
        job.Number("priority"),
        UnixTime.Read(job.Number("create_time")),
        UnixTime.Read(job.Number("execution_start_time")),
        UnixTime.Read(job.Number("execution_end_time")),
        job.Object("preview_output") is { } preview && preview.Text("filename") is { Length: > 0 } file
            ? new ComfyUIOutput { PromptId = id, FileName = file, Subfolder = preview.Text("subfolder") ?? string.Empty, Type = preview.Text("type") ?? "output" }
            : null);

    internal static string NameOf(ComfyUIJobStatus status) => status switch
    {
        ComfyUIJobStatus.Pending => "pending",
        ComfyUIJobStatus.Running => "in_progress",
        ComfyUIJobStatus.Completed => "completed",
        ComfyUIJobStatus.Failed => "failed",
        ComfyUIJobStatus.Interrupted => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), "The server keeps no such jobs."),
    };

    private static ComfyUIJobStatus StatusOf(string? name) => name switch
    {
        "pending" => ComfyUIJobStatus.Pending,
        "in_progress" => ComfyUIJobStatus.Running,
        "completed" => ComfyUIJobStatus.Completed,
        "failed" => ComfyUIJobStatus.Failed,
        "cancelled" => ComfyUIJobStatus.Interrupted,
        _ => ComfyUIJobStatus.Unknown,
    };
}
