using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;

namespace ComfyUI.Client;

/// <summary>
/// Tells what requests were made: to a log file for unattended runs, and to whoever observes the current flow of calls.
/// </summary>
internal sealed class RequestLog
{
    // One for all sessions: they may share a file, and appending is no single step on every system. Processes want files of their own.
    private static readonly object FileLock = new();

    private readonly string? _path;
    private readonly string _sessionName;
    private readonly AsyncLocal<Action<ComfyUIRequestTrace>?> _observer = new();

    /// <exception cref="ComfyUIException">The log file cannot be written.</exception>
    internal RequestLog(string? path, string sessionName)
    {
        _path = path;
        _sessionName = sessionName;
        if (path is not null)
        {
            try
            {
                Append(path, string.Empty);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"The log file '{path}' cannot be written: {e.Message}", e)
                {
                    RecommendedAction = "Give -LogPath a file in a folder that exists and that you may write to.",
                };
            }
        }
    }

    /// <summary>Tells <paramref name="observer"/> of each request made by this flow of calls until the result is disposed.</summary>
    internal IDisposable Observe(Action<ComfyUIRequestTrace> observer)
    {
        Action<ComfyUIRequestTrace>? outer = _observer.Value;
        _observer.Value = observer;
        return new Observation(this, outer);
    }

    /// <summary>Whether there is anybody to tell.</summary>
    internal bool IsHeard => _path is not null || _observer.Value is not null;

    internal void Write(ComfyUIRequestTrace trace)
    {
        _observer.Value?.Invoke(trace);
        if (_path is not null)
        {
            string kind = trace.RetryAfter is not null ? "RETRY" : trace.Error is not null ? "ERROR" : "OK";
            WriteLine(kind, trace.ToString(), trace.Time);
        }
    }

    /// <summary>Adds a line that is about no single request.</summary>
    internal void Note(string kind, string text, DateTimeOffset time)
    {
        if (_path is not null)
        {
            WriteLine(kind, text, time);
        }
    }

    private void WriteLine(string kind, string text, DateTimeOffset time)
    {
        string line = string.Format(
            CultureInfo.InvariantCulture,
            "{0:yyyy-MM-ddTHH:mm:ss.fffZ} {1} [{2}] {3}{4}",
            time.UtcDateTime,
            kind,
            _sessionName,
            Redaction.ServerLine(text, 2000),
            Environment.NewLine);
        try
        {
            lock (FileLock)
            {
                Append(_path!, line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A log that cannot be written, on a full disk for example, must not end the run it tells of.
        }
    }

    private static void Append(string path, string line)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        stream.Write(bytes, 0, bytes.Length);
    }

    private sealed class Observation(RequestLog log, Action<ComfyUIRequestTrace>? outer) : IDisposable
    {
        public void Dispose() => log._observer.Value = outer;
    }
}
