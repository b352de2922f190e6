using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The time a whole run may take, by the session's clock.</summary>
internal sealed class RunLimit : IDisposable
{
    private readonly TimeSpan? _timeout;
    private readonly CancellationTokenSource _linked;
    private volatile bool _expired;

    internal RunLimit(TaskWatch watch, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        _linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } limit)
        {
            _ = ExpireAsync(watch, limit, _linked.Token);
        }
    }

    internal CancellationToken Token => _linked.Token;

    internal bool IsExpired => _expired;

    public void Dispose()
    {
        _linked.Cancel();
        _linked.Dispose();
    }

    /// <summary>The run was not stopped: the server did not answer when it was told to.</summary>
    internal ComfyUITimeoutException NotStoppedError(string promptId) => new(
        ComfyUIErrorId.RunTimeout,
        $"The run took longer than {Limit} s, and the server could not be told to stop it (job {promptId}): it may still go on.")
    {
        PromptId = promptId,
        RecommendedAction = $"When the server can be reached again: Stop-ComfyUIJob {promptId}, or Wait-ComfyUIJob, which stops nothing.",
    };

    /// <summary>The run was stopped, or never began.</summary>
    internal ComfyUITimeoutException Error(string? promptId) => new(
        ComfyUIErrorId.RunTimeout,
        $"The run took longer than {Limit} s" + (promptId is null ? "." : $" and was stopped (job {promptId})."))
    {
        PromptId = promptId,
        RecommendedAction = "Give a longer -TimeoutSec; or Submit-ComfyUIWorkflow, and Wait-ComfyUIJob, which stops nothing.",
    };

    /// <summary>The job ended in time, and its files were not all here.</summary>
    internal ComfyUITimeoutException FilesError(string promptId) => new(
        ComfyUIErrorId.RunTimeout,
        $"Job {promptId} is done, but its files were not all here after {Limit} s.")
    {
        PromptId = promptId,
        RecommendedAction = $"Get them with Save-ComfyUIOutput -Id {promptId}.",
    };

    private string Limit => _timeout!.Value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private async Task ExpireAsync(TaskWatch watch, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await watch.DelayAsync(limit, cancellationToken).ConfigureAwait(false);
            _expired = true;
            _linked.Cancel();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It ended in time.
        }
    }
}
