using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// A cmdlet that works on several records at once: work begins as records arrive, results are written as they come, and the end waits
/// for the rest.
/// </summary>
public abstract class BatchCmdlet : SessionCmdlet, IRunSink
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly HashSet<string> _warned = [];
    private RunBatch? _batch;
    private RunProgress? _progress;
    private bool _isVerbose;
    private int _index;

    /// <summary>How many are worked on at once.</summary>
    private protected virtual int Limit => 1;

    private protected RunBatch Batch => _batch ??= new RunBatch(Limit, this);

    private RunProgress Records => _progress ??= new RunProgress(RuntimeHelpers.GetHashCode(this) & 0xFFFFFF);

    bool IRunSink.IsVerbose => _isVerbose;

    /// <inheritdoc/>
    protected override void BeginProcessing()
        => _isVerbose = MyInvocation.BoundParameters.TryGetValue("Verbose", out object? given)
            ? LanguagePrimitives.IsTrue(given)
            : GetVariableValue("VerbosePreference") is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            Run(_ => Batch.WhenDoneAsync());
        }
        finally
        {
            foreach (ProgressRecord record in Records.Finish())
            {
                WriteProgress(record);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task Background => _batch?.WhenDoneAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Tick()
    {
        if (_sinceShown.Elapsed < ProgressInterval)
        {
            return;
        }

        foreach (ProgressRecord record in Records.Changes())
        {
            _sinceShown.Restart();
            WriteProgress(record);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _batch?.Dispose();
        }
    }

    void IRunSink.Output(object value) => Post(() =>
    {
        if (value is FileInfo file)
        {
            WriteFile(file);
        }
        else
        {
            WriteObject(value);
        }
    });

    void IRunSink.Error(ErrorRecord error) => Post(() => WriteError(error));

    void IRunSink.Fatal(ErrorRecord error) => Post(() =>
    {
        // One bad file of many must not end the others; wrong credentials are wrong for all.
        if (MyInvocation.ExpectingInput && error.CategoryInfo.Category != ErrorCategory.AuthenticationError)
        {
            WriteError(error);
        }
        else
        {
            ThrowTerminatingError(error);
        }
    });

    void IRunSink.Warning(string text) => Post(() => WriteWarning(text));

    void IRunSink.Verbose(string text) => Post(() => WriteVerbose(text));

    void IRunSink.Progress(ComfyUIProgress progress) => Records.Update(progress);

    void IRunSink.Ended(int index) => Records.End(index);

    /// <summary>The number of the next record, from 0.</summary>
    private protected int NextIndex()
    {
        Records.Expect();
        return _index++;
    }

    /// <summary>Starts work as soon as there is room, writing what others give meanwhile.</summary>
    private protected void Start(Func<CancellationToken, Task> start)
    {
        Run(start);
    }

    /// <summary>Warns of something once, however many records it is true for.</summary>
    private protected void WarnOnce(string text)
    {
        if (_warned.Add(text))
        {
            WriteWarning(text);
        }
    }
}
