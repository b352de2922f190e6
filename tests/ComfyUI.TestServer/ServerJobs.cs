using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>Queue and history from the inside, without requests that the log would show.</summary>
public sealed class ServerJobs
{
    private readonly ServerProcess process;

    internal ServerJobs(ServerProcess process) => this.process = process;

    /// <summary>prompt_ids of what runs.</summary>
    public IReadOnlyList<string> Running => [.. process.Queue.Snapshot().Running.Select(i => i.Id)];

    /// <summary>prompt_ids that wait, in the order they will run.</summary>
    public IReadOnlyList<string> Pending => [.. process.Queue.Snapshot().Pending.Order(Comparer<PromptItem>.Create(PromptItem.Compare)).Select(i => i.Id)];

    /// <summary>prompt_ids in history, oldest first.</summary>
    public IReadOnlyList<string> Finished => process.History.Ids();

    /// <summary>How many prompts have been submitted without a number of their own, rejected ones included.</summary>
    public long Submitted => process.CurrentNumber;

    /// <summary>A prompt's history entry as JSON, or null.</summary>
    public string? HistoryJson(string promptId) =>
        process.History.One(promptId).TryGetValue(promptId, out var entry) ? PyJsonWriter.Write(entry) : null;

    /// <summary>Keeps the worker from starting another prompt; what runs goes on.</summary>
    public void Pause() => process.Queue.Pause();

    /// <summary>Undoes <see cref="Pause"/>.</summary>
    public void Resume() => process.Queue.Resume();

    /// <summary>Stops what runs, as /interrupt does.</summary>
    public void Interrupt() => process.Interruption.Request();

    /// <summary>Forgets one finished prompt, or all.</summary>
    public void ForgetHistory(string? promptId = null)
    {
        if (promptId is null)
        {
            process.History.Clear();
        }
        else
        {
            process.History.Delete(promptId);
        }
    }

    /// <summary>Removes a waiting prompt, as if somebody else had.</summary>
    public void RemovePending(string promptId) => process.Queue.Delete(promptId);

    /// <summary>Ends when the prompt has ended and its last event is on its way.</summary>
    public Task WhenFinishedAsync(string promptId, CancellationToken cancellationToken = default) =>
        process.WhenFinishedAsync(promptId).WaitAsync(cancellationToken);
}
