using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// A cmdlet whose work is asynchronous: it runs off the pipeline's thread, which meanwhile writes what the work posts. Ctrl+C, and a
/// downstream cmdlet that has enough, cancel it and wait for it to clean up.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    // Longer than the client takes at most to stop a job on the server.
    private static readonly TimeSpan CleanUpGrace = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stop = new();
    private readonly PipelinePump _pump = new();
    private ProviderInfo? _fileSystem;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops what still runs.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Cancel();
            _pump.Close();
            Task background = Background;
            if (!background.IsCompleted)
            {
                PipelinePump.WaitFor(background, CleanUpGrace);
            }

            _stop.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => Cancel();

    /// <summary>Has an action run on the pipeline's thread. May be called from any.</summary>
    protected void Post(Action action) => _pump.Post(action);

    /// <summary>The same for what comes faster than it may be taken: waits for its turn.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped first.</exception>
    private protected void PostInTurn(Action action, CancellationToken cancellationToken) => _pump.PostInTurn(action, cancellationToken);

    /// <summary>Runs work off the pipeline's thread and waits for it, writing meanwhile.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    protected void Run(Func<CancellationToken, Task> work)
    {
        CancellationToken token = _stop.Token;
        Task task = Task.Run(() => work(token), CancellationToken.None);
        bool finished = _pump.Run(task, Cancel, token, CleanUpGrace, Tick);
        if (!finished || (task.IsCanceled && token.IsCancellationRequested))
        {
            throw new PipelineStoppedException();
        }

        if (task.IsCanceled)
        {
            throw new OperationCanceledException();
        }

        if (task.Exception is { } failure)
        {
            ExceptionDispatchInfo.Capture(failure.InnerException!).Throw();
        }
    }

    /// <summary>Runs work off the pipeline's thread and gives its result.</summary>
    /// <inheritdoc cref="Run(Func{CancellationToken, Task})" path="/exception"/>
    protected T Run<T>(Func<CancellationToken, Task<T>> work)
    {
        T result = default!;
        Run(async token => { result = await work(token).ConfigureAwait(false); });
        return result;
    }

    /// <summary>The work that goes on between two records; the cmdlet's end waits for it to clean up.</summary>
    protected virtual Task Background => Task.CompletedTask;

    /// <summary>Runs several times a second on the pipeline's thread while work runs.</summary>
    protected virtual void Tick()
    {
    }

    /// <summary>Ends the cmdlet with an error.</summary>
    protected void Fail(ComfyUIException error, object? target) => ThrowTerminatingError(ErrorRecords.From(error, target));

    /// <summary>Reports an error; the cmdlet goes on, unless the user wants it to stop.</summary>
    protected void Report(ComfyUIException error, object? target) => WriteError(ErrorRecords.From(error, target));

    /// <summary>Writes a file as PowerShell's own cmdlets do, with its path, and with a view of its own.</summary>
    protected void WriteFile(FileInfo file)
    {
        // Not by asking the provider for it, which looks at the system's drives each time: with many small files that takes longest.
        _fileSystem ??= SessionState.Provider.GetOne("FileSystem");
        var item = new PSObject(file);

        // PowerShell's view shows what its provider has found out about owners and rights, and without that no size.
        item.TypeNames.Insert(0, "ComfyUI.SavedFile");
        item.Properties.Add(new PSNoteProperty("PSPath", $"{_fileSystem}::{file.FullName}"));
        item.Properties.Add(new PSNoteProperty("PSParentPath", $"{_fileSystem}::{file.DirectoryName}"));
        item.Properties.Add(new PSNoteProperty("PSChildName", file.Name));
        item.Properties.Add(new PSNoteProperty("PSProvider", _fileSystem));
        item.Properties.Add(new PSNoteProperty("PSIsContainer", false));
        WriteObject(item);
    }

    /// <summary>A path as the user wrote it, as one of the file system; what it names need not exist.</summary>
    protected string ResolveFilePath(string path)
    {
        try
        {
            string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == "FileSystem" && resolved.IndexOfAny(Path.GetInvalidPathChars()) < 0)
            {
                return resolved;
            }
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            // A character that no path can have, or a drive that is not there.
        }

        ThrowTerminatingError(ErrorRecords.NotFileSystem(Redaction.ServerLine(path)));
        return path;
    }

    /// <summary>The files that a path with wildcards means.</summary>
    /// <exception cref="ComfyUIException">There are none.</exception>
    protected IReadOnlyList<string> ResolveExistingFiles(string path)
    {
        Exception? cause = null;
        try
        {
            Collection<string> resolved = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            if (provider.Name != "FileSystem")
            {
                ThrowTerminatingError(ErrorRecords.NotFileSystem(path));
            }

            if (resolved.Count > 0)
            {
                return resolved;
            }
        }
        catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
        {
            cause = e;
        }

        string shown = path.Length <= 200 ? path : path.Substring(0, 200) + "…";
        throw new ComfyUIException(ComfyUIErrorId.FileFailed, $"There is no file '{shown}'.", cause)
        {
            RecommendedAction = "Check the path; for names with brackets use -LiteralPath.",
        };
    }

    private void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // PowerShell may dispose a cmdlet before it has finished stopping it.
        }
    }
}
