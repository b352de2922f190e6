using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Adds a job's events up to one percentage. A node counts one, and a node with an input called <c>steps</c> counts its steps as well,
/// for that is where the time goes. Safe to use from the socket's thread and a reader's at once.
/// </summary>
internal sealed class ProgressEstimate
{
    private const double MaxSteps = 1000;
    private static readonly TimeSpan EnoughToTell = TimeSpan.FromSeconds(2);

    private readonly object _lock = new();
    private readonly TaskWatch _watch;
    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _titles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private double _totalWeight;
    private double _doneWeight;
    private double _best;
    private double _cachedPart;
    private ComfyUIJobStatus _status = ComfyUIJobStatus.Pending;
    private int? _position;
    private int? _remaining;
    private long? _started;
    private string? _node;
    private double _value;
    private double _maximum;
    private string? _text;
    private int _version;

    internal ProgressEstimate(TaskWatch watch, JsonObject? prompt)
    {
        _watch = watch;
        foreach (KeyValuePair<string, JsonNode?> entry in prompt ?? [])
        {
            if (entry.Value is JsonObject node)
            {
                double weight = 1 + Math.Min(Math.Max(node.Object("inputs")?.Number("steps") ?? 0, 0), MaxSteps);
                _weights[entry.Key] = weight;
                _totalWeight += weight;
                _titles[entry.Key] = node.Object("_meta")?.Text("title") ?? node.Text("class_type") ?? entry.Key;
            }
        }
    }

    /// <summary>Goes up with every change, so that a reader knows whether there is anything new.</summary>
    internal int Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    internal void Apply(ServerEvent received)
    {
        lock (_lock)
        {
            _version++;
            switch (received)
            {
                case ExecutionStartEvent:
                    Start();
                    break;
                case ExecutionCachedEvent cached:
                    Start();
                    foreach (string node in cached.NodeIds)
                    {
                        Finish(node);
                    }

                    _cachedPart = Part(_doneWeight);
                    break;
                case ExecutingEvent { DisplayNodeId: { } node }:
                    Start();
                    Enter(node);
                    break;
                case ProgressEvent { NodeId: { } node } progress:
                    Start();
                    Step(node, progress.Value, progress.Maximum);
                    break;
                case ProgressStateEvent state:
                    Start();
                    ApplyState(state);
                    break;
                case ExecutedEvent { NodeId: { } node }:
                    Finish(node);
                    break;
                case TextEvent text:
                    _text = Redaction.ServerLine(text.Text);
                    break;
            }
        }
    }

    /// <summary>How many jobs there are in all, from a <c>status</c> event: while ours waits, each that ends was before it.</summary>
    /// <param name="remaining">That number.</param>
    /// <param name="isAccepted">Whether ours is among them for sure; before that, those which come are before it.</param>
    internal void QueueLength(int remaining, bool isAccepted)
    {
        lock (_lock)
        {
            if (_status != ComfyUIJobStatus.Pending)
            {
                return;
            }

            int? position = _position is null || !isAccepted ? Math.Max(remaining - 1, 0)
                : _remaining is { } before && remaining < before ? Math.Max(_position.Value - (before - remaining), 0)
                : _position;
            _remaining = remaining;
            if (position != _position)
            {
                _position = position;
                _version++;
            }
        }
    }

    /// <summary>What the queue says, which is the truth.</summary>
    internal void Located(bool running, int? position)
    {
        lock (_lock)
        {
            _version++;
            if (running)
            {
                Start();
            }
            else
            {
                _position = position;
            }
        }
    }

    /// <summary>A node's title, else its class, else its id. The titles never change.</summary>
    internal string TitleOf(string node) => Redaction.ServerLine(_titles.TryGetValue(node, out string? title) ? title : node, 80);

    /// <param name="job">The job.</param>
    /// <param name="ownBefore">How many jobs are before it for sure: counting others from events is an estimate.</param>
    internal ComfyUIProgress Snapshot(TrackedJob job, int ownBefore = 0)
    {
        lock (_lock)
        {
            TimeSpan elapsed = _started is { } started ? _watch.Since(started) : TimeSpan.Zero;
            return new ComfyUIProgress
            {
                PromptId = job.Id,
                Workflow = job.Workflow,
                Index = job.Index,
                Status = _status,
                QueuePosition = _status != ComfyUIJobStatus.Pending ? null : ownBefore > (_position ?? 0) ? ownBefore : _position,
                Percent = Math.Round(_best * 100, 1),
                NodeId = _node,
                NodeTitle = _node is null ? null : TitleOf(_node),
                Step = _maximum > 1 ? (int)_value : null,
                Steps = _maximum > 1 ? (int)_maximum : null,
                Elapsed = elapsed,
                Remaining = Remaining(elapsed),
                Text = _text,
            };
        }
    }

    private void Start()
    {
        _status = ComfyUIJobStatus.Running;
        _started ??= _watch.Timestamp;
    }

    private void Enter(string node)
    {
        // Servers before progress_state say of no node that it is done, only which is next.
        if (_node is not null && _node != node)
        {
            Finish(_node);
        }

        _node = node;
        _value = 0;
        _maximum = 0;
    }

    private void Step(string node, double value, double maximum)
    {
        if (maximum <= 0 || double.IsNaN(value) || double.IsNaN(maximum) || double.IsInfinity(maximum))
        {
            return;
        }

        _node = node;
        _value = Math.Min(Math.Max(value, 0), maximum);
        _maximum = maximum;
        Raise();
    }

    private void ApplyState(ProgressStateEvent state)
    {
        foreach (NodeState node in state.Nodes)
        {
            if (node.IsFinished && !node.IsExpanded)
            {
                Finish(node.NodeId);
            }
            else if (!node.IsFinished && node.Maximum > 1)
            {
                Step(node.NodeId, node.Value, node.Maximum);
            }
        }
    }

    private void Finish(string node)
    {
        if (_done.Add(node) && _weights.TryGetValue(node, out double weight))
        {
            _doneWeight += weight;
            Raise();
        }
    }

    private void Raise()
    {
        double running = _node is not null && _maximum > 0 && !_done.Contains(_node) && _weights.TryGetValue(_node, out double weight)
            ? weight * _value / _maximum
            : 0;
        _best = Math.Max(_best, Part(_doneWeight + running));
    }

    private double Part(double weight) => _totalWeight <= 0 ? 0 : Math.Min(weight / _totalWeight, 1);

    private TimeSpan? Remaining(TimeSpan elapsed)
    {
        // What was cached took no time and says nothing about the rest.
        double worked = _best - _cachedPart;
        return worked < 0.03 || elapsed < EnoughToTell || _best >= 1
            ? null
            : TimeSpan.FromSeconds(Math.Round(elapsed.TotalSeconds * (1 - _best) / worked));
    }
}
