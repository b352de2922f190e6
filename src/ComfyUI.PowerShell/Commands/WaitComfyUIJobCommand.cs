using System;
using System.Globalization;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Waits until jobs are over. Stops none of them, also not on Ctrl+C.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ComfyUIJob", DefaultParameterSetName = IdSet)]
[OutputType(typeof(ComfyUIJob))]
public sealed class WaitComfyUIJobCommand : JobCmdlet
{
    /// <summary>How many seconds to wait for each job. Without it there is no limit.</summary>
    [Parameter]
    [ValidateRange(0.001, 2147483.0)]
    public double TimeoutSec { get; set; }

    private protected override int Limit => 1000;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (string id in FullIds(session))
        {
            int index = NextIndex();
            Start(token => Batch.StartAsync(session, inner => WaitAsync(session, id, index, inner), index, id, token));
        }
    }

    private async Task WaitAsync(ComfyUISession session, string id, int index, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (TimeoutSec > 0)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(TimeoutSec));
        }

        ComfyUIJob job;
        try
        {
            job = await session.Jobs.WaitAsync(id, new IndexedProgress(this, index), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            job = await session.Jobs.GetAsync(id, cancellationToken).ConfigureAwait(false);
            job = job.IsFinished ? job : job with { Error = TimedOut(id) };
        }

        // What was wrong with the workflow was said when it was handed in.
        RunBatch.Tell(this, job, warn: false);
    }

    private ComfyUITimeoutException TimedOut(string id) => new(
        ComfyUIErrorId.RunTimeout,
        string.Format(CultureInfo.InvariantCulture, "Job {0} was not over after {1} s; it goes on.", id, TimeoutSec))
    {
        PromptId = id,
        RecommendedAction = "Wait longer, or Stop-ComfyUIJob.",
    };

    // The client counts from 0 for each job on its own.
    private sealed class IndexedProgress(IRunSink sink, int index) : IProgress<ComfyUIProgress>
    {
        public void Report(ComfyUIProgress value) => sink.Progress(value with { Index = index });
    }
}
