using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Runs in the background, as a job of PowerShell: Get-Job, Wait-Job, Receive-Job, Stop-Job and Remove-Job work with it.</summary>
public sealed class PowerShellRunJob : Job, IRunSink
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stop = new();
    private readonly ComfyUISession _session;
    private readonly RunProgress _progress = new(1);
    private Task _work = Task.CompletedTask;
    private volatile bool _failed;

    internal PowerShellRunJob(string command, string name, ComfyUISession session)
        : base(command, name)
    {
        _session = session;
        PSJobTypeName = "ComfyUIJob";
    }

    /// <summary>True when there is output or an error that was not received yet.</summary>
    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0 || Warning.Count > 0 || Verbose.Count > 0 || Progress.Count > 0;

    /// <summary>The server's address.</summary>
    public override string Location => _session.BaseUri.ToString();

    /// <summary>Empty: the state says it all.</summary>
    public override string StatusMessage => string.Empty;

    bool IRunSink.IsVerbose => true;

    /// <summary>Stops the runs, and their jobs on the server.</summary>
    public override void StopJob()
    {
        _stop.Cancel();
        PipelinePump.WaitFor(_work, StopGrace);
    }

    void IRunSink.Output(object value) => Output.Add(PSObject.AsPSObject(value));

    void IRunSink.Error(ErrorRecord error)
    {
        _failed = true;
        Error.Add(error);
    }

    void IRunSink.Fatal(ErrorRecord error) => ((IRunSink)this).Error(error);

    void IRunSink.Warning(string text) => Warning.Add(new WarningRecord(text));

    void IRunSink.Verbose(string text) => Verbose.Add(new VerboseRecord(text));

    void IRunSink.Progress(ComfyUIProgress progress)
    {
        _progress.Update(progress);
        Show(_progress.Changes());
    }

    void IRunSink.Ended(int index)
    {
        _progress.End(index);
        Show(_progress.Changes());
    }

    /// <summary>Starts the runs.</summary>
    internal void Start(IReadOnlyList<RunItem> items, int throttleLimit)
    {
        SetJobState(JobState.Running);
        _work = Task.Run(() => RunAsync(items, throttleLimit));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(IReadOnlyList<RunItem> items, int throttleLimit)
    {
        CancellationToken token = _stop.Token;
        var state = JobState.Failed;
        try
        {
            using var batch = new RunBatch(throttleLimit, this);
            try
            {
                foreach (RunItem item in items)
                {
                    _progress.Expect();
                    await batch.RunAsync(item, token).ConfigureAwait(false);
                }
            }
            finally
            {
                await batch.WhenDoneAsync().ConfigureAwait(false);
            }

            state = token.IsCancellationRequested ? JobState.Stopped : _failed ? JobState.Failed : JobState.Completed;
        }
        catch (OperationCanceledException)
        {
            state = JobState.Stopped;
        }
        finally
        {
            Show(_progress.Finish());
            SetJobState(state);
        }
    }

    private void Show(IReadOnlyList<ProgressRecord> records)
    {
        foreach (ProgressRecord record in records)
        {
            Progress.Add(record);
        }
    }
}
