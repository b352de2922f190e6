using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Makes progress records out of how far runs are: one for a single run, or a parent with a child for each of several that run at once.
/// It keeps the latest only, so that a flood of news costs nothing; whoever shows it asks a few times a second.
/// </summary>
internal sealed class RunProgress
{
    private readonly object _lock = new();
    private readonly SortedDictionary<int, ComfyUIProgress> _latest = [];
    private readonly HashSet<int> _dirty = [];
    private readonly HashSet<int> _shown = [];
    private readonly int _activityId;
    private int _started;
    private int _ended;
    private bool _parentShown;

    /// <param name="activityId">The id of the first record; children have those that follow.</param>
    internal RunProgress(int activityId) => _activityId = activityId;

    /// <summary>One more run is to be expected.</summary>
    internal void Expect()
    {
        lock (_lock)
        {
            _started++;
        }
    }

    internal void Update(ComfyUIProgress progress)
    {
        lock (_lock)
        {
            _latest[progress.Index] = progress;
            _dirty.Add(progress.Index);
        }
    }

    internal void End(int index)
    {
        lock (_lock)
        {
            _ended++;
            _latest.Remove(index);
            _dirty.Add(index);
        }
    }

    /// <summary>The records that say what has changed since the last call.</summary>
    internal IReadOnlyList<ProgressRecord> Changes()
    {
        lock (_lock)
        {
            var records = new List<ProgressRecord>();
            if (_dirty.Count == 0)
            {
                return records;
            }

            bool several = _started > 1;
            if (several)
            {
                records.Add(Parent());
            }

            foreach (int index in _dirty)
            {
                if (_latest.TryGetValue(index, out ComfyUIProgress? progress))
                {
                    records.Add(Record(progress, several));
                    _shown.Add(index);
                }
                else if (_shown.Remove(index))
                {
                    records.Add(Completed(IdOf(index)));
                }
            }

            _dirty.Clear();
            return records;
        }
    }

    /// <summary>The records that take away what is still shown.</summary>
    internal IReadOnlyList<ProgressRecord> Finish()
    {
        lock (_lock)
        {
            var records = new List<ProgressRecord>();
            foreach (int index in _shown)
            {
                records.Add(Completed(IdOf(index)));
            }

            if (_parentShown)
            {
                records.Add(Completed(_activityId));
            }

            _shown.Clear();
            _dirty.Clear();
            _latest.Clear();
            _parentShown = false;
            return records;
        }
    }

    private ProgressRecord Parent()
    {
        _parentShown = true;
        double done = _ended;
        foreach (ComfyUIProgress progress in _latest.Values)
        {
            done += progress.Percent / 100;
        }

        string status = string.Format(CultureInfo.CurrentCulture, "{0} of {1} done", _ended, _started);
        return new ProgressRecord(_activityId, "ComfyUI workflows", status) { PercentComplete = Percent(done * 100 / _started) };
    }

    private ProgressRecord Record(ComfyUIProgress progress, bool isChild)
    {
        string name = progress.Workflow is { } path ? Path.GetFileName(path) : "workflow";
        string activity = isChild ? string.Format(CultureInfo.CurrentCulture, "{0} [{1}]", name, progress.Index) : "ComfyUI: " + name;
        var record = new ProgressRecord(IdOf(progress.Index), Redaction.Harmless(activity), Redaction.Harmless(Status(progress)))
        {
            PercentComplete = Percent(progress.Percent),
            SecondsRemaining = progress.Remaining is { } remaining ? (int)Math.Min(remaining.TotalSeconds, int.MaxValue) : -1,
        };
        if (isChild)
        {
            record.ParentActivityId = _activityId;
        }

        if (progress.Text is { Length: > 0 } text)
        {
            record.CurrentOperation = Redaction.Harmless(text);
        }

        return record;
    }

    private static string Status(ComfyUIProgress progress)
    {
        if (progress.Status == ComfyUIJobStatus.Pending)
        {
            return progress.QueuePosition switch
            {
                null or 0 => "Waiting for the server",
                1 => "In the queue, behind 1 job",
                { } position => string.Format(CultureInfo.CurrentCulture, "In the queue, behind {0} jobs", position),
            };
        }

        string node = progress.NodeTitle ?? "Running";
        return progress.Steps is { } steps
            ? string.Format(CultureInfo.CurrentCulture, "{0}% {1}, step {2} of {3}", Percent(progress.Percent), node, progress.Step, steps)
            : string.Format(CultureInfo.CurrentCulture, "{0}% {1}", Percent(progress.Percent), node);
    }

    private static ProgressRecord Completed(int id) => new(id, "ComfyUI", "Done") { RecordType = ProgressRecordType.Completed };

    private static int Percent(double value) => (int)Math.Min(Math.Max(value, 0), 100);

    // With a single run the first record is the run's own.
    private int IdOf(int index) => _started > 1 ? _activityId + 1 + index : _activityId;
}
