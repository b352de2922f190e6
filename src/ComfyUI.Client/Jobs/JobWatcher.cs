using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Turns what is heard of one job into events for people, and what is only known from asking, too: a job of somebody else, or one whose
/// socket was lost, still tells where it stands in the queue, that it began and that it ended.
/// </summary>
internal sealed class JobWatcher : IDisposable
{
    private readonly EventBacklog _heard = new();
    private readonly ComfyUISession _session;
    private readonly TrackedJob _job;
    private readonly TaskWatch _watch;
    private readonly string? _previewFolder;
    private readonly Action<ComfyUIJobEvent> _tell;
    // By node, for several may run at once.
    private readonly Dictionary<string, (int Step, int Steps)> _steps = new(StringComparer.Ordinal);
    private string? _node;
    private int? _position;
    private bool _queuedTold;
    private bool _startedTold;
    private int _previews;

    internal JobWatcher(ComfyUISession session, TrackedJob job, TaskWatch watch, string? previewFolder, Action<ComfyUIJobEvent> tell)
    {
        _session = session;
        _job = job;
        _watch = watch;
        _previewFolder = previewFolder;
        _tell = tell;
        job.Heard += OnHeard;
    }

    public void Dispose() => _job.Heard -= OnHeard;

    /// <summary>Tells what has happened since the last call.</summary>
    /// <exception cref="ComfyUIException">A preview could not be saved.</exception>
    internal void TellNews()
    {
        while (_heard.Next() is { Event: { } happened } heard)
        {
            Tell(happened, heard);
        }

        TellPlace(_job.Progress.Snapshot(_job));
    }

    /// <summary>Tells that the job is over.</summary>
    internal void TellEnd(ComfyUIJob ended)
    {
        TellNews();
        double percent = ended.Status == ComfyUIJobStatus.Completed ? 100 : _job.Progress.Snapshot(_job).Percent;
        ComfyUIJobEvent end = End(ended, percent, _watch.UtcNow);
        _tell(end.NodeId is { } node ? end with { NodeTitle = _job.Progress.TitleOf(node) } : end);
    }

    /// <summary>The last event of a job.</summary>
    internal static ComfyUIJobEvent End(ComfyUIJob ended, double percent, DateTimeOffset time) => new()
    {
        Kind = ComfyUIJobEventKind.Done,
        PromptId = ended.Id,
        Time = time,
        Percent = percent,
        NodeId = (ended.Error as ComfyUIExecutionException)?.NodeId,
        NodeTitle = (ended.Error as ComfyUIExecutionException)?.NodeType,
        Text = ended.Error is null ? null : Redaction.ServerLine(ended.Error.Message),
        Job = ended,
    };

    /// <summary>Waits for watching that was cancelled to end; how it ended is of no interest any more.</summary>
    internal static async Task SettleAsync(IEnumerable<Task> watching)
    {
        try
        {
            await Task.WhenAll(watching).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ComfyUIException or OperationCanceledException)
        {
            // Told already, or nobody's concern.
        }
    }

    private void OnHeard(ServerEvent received) => _heard.Add(Now(received));

    private HeardEvent Now(ServerEvent? received) => new(received, _watch.UtcNow, _job.Progress.Snapshot(_job).Percent);

    private void Tell(ServerEvent happened, HeardEvent at)
    {
        switch (happened)
        {
            case ExecutionStartEvent:
                TellStart(at);
                break;
            case ExecutingEvent { DisplayNodeId: { } node }:
                TellStart(at);
                TellNode(node, at);
                break;
            case ProgressEvent { NodeId: { } node } progress:
                TellStep(node, progress.Value, progress.Maximum, at);
                break;
            case ProgressStateEvent state:
                TellStart(at);
                foreach (NodeState node in state.Nodes)
                {
                    if (!node.IsFinished && node.Value > 0)
                    {
                        TellStep(node.NodeId, node.Value, node.Maximum, at);
                    }
                }

                break;
            case PreviewEvent preview:
                TellPreview(preview, at);
                break;
            case TextEvent text:
                _tell(New(ComfyUIJobEventKind.Text, at, text.NodeId) with { Text = Redaction.ServerText(text.Text) });
                break;
            case ExecutedEvent { NodeId: { } node, Output: { } output }:
                IReadOnlyList<ComfyUIOutput> outputs = OutputReader.Read(
                    _session, _job.Id, new System.Text.Json.Nodes.JsonObject { [node] = JsonText.Clone(output) }, null);
                if (outputs.Count > 0)
                {
                    _tell(New(ComfyUIJobEventKind.Output, at, node) with { Outputs = outputs });
                }

                break;
        }
    }

    private void TellPlace(ComfyUIProgress now)
    {
        if (now.Status == ComfyUIJobStatus.Running)
        {
            TellStart(Now(null));
        }
        else if (!_startedTold && (!_queuedTold || now.QueuePosition != _position))
        {
            _queuedTold = true;
            _position = now.QueuePosition;
            _tell(New(ComfyUIJobEventKind.Queued, Now(null)) with { QueuePosition = _position });
        }
    }

    private void TellStart(HeardEvent at)
    {
        if (!_startedTold)
        {
            _startedTold = true;
            _tell(New(ComfyUIJobEventKind.Started, at));
        }
    }

    private void TellNode(string node, HeardEvent at)
    {
        if (_node != node)
        {
            _node = node;
            _tell(New(ComfyUIJobEventKind.Node, at, node));
        }
    }

    // A step comes twice, as progress and as progress_state.
    private void TellStep(string node, double value, double maximum, HeardEvent at)
    {
        var step = ((int)Math.Min(value, int.MaxValue), (int)Math.Min(maximum, int.MaxValue));
        if (maximum > 1 && !(_steps.TryGetValue(node, out (int Step, int Steps) told) && told == step))
        {
            _steps[node] = step;
            _tell(New(ComfyUIJobEventKind.Progress, at, node) with { Step = step.Item1, Steps = step.Item2 });
        }
    }

    private void TellPreview(PreviewEvent preview, HeardEvent at)
    {
        string? node = preview.NodeId ?? _node;
        FileInfo? file = _previewFolder is null ? null : Save(_previewFolder, node, preview);
        _tell(New(ComfyUIJobEventKind.Preview, at, node) with { Image = preview.Image, File = file });
    }

    private FileInfo Save(string folder, string? node, PreviewEvent preview)
    {
        string extension = preview.MediaType == "image/png" ? "png" : "jpg";
        string id = _job.Id.Length > 8 ? _job.Id.Substring(0, 8) : _job.Id;
        string name = $"{id}_{node ?? "node"}_{(++_previews).ToString("00000", System.Globalization.CultureInfo.InvariantCulture)}.{extension}";
        string path = LocalName.Below(folder, string.Empty, LocalName.Clean(name)!);
        string partial = AtomicFile.NewPartial(folder);
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(preview.Image.ToArray(), 0, preview.Image.Length);
            }

            AtomicFile.Replace(partial, path);
            return new FileInfo(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"'{path}' could not be written: {e.Message}", e)
            {
                RecommendedAction = "Check that you may write to this folder and that there is room. The job goes on.",
            };
        }
        finally
        {
            AtomicFile.Discard(partial);
        }
    }

    private ComfyUIJobEvent New(ComfyUIJobEventKind kind, HeardEvent at, string? node = null) => new()
    {
        Kind = kind,
        PromptId = _job.Id,
        Time = at.Time,
        Percent = at.Percent,
        NodeId = node,
        NodeTitle = node is null ? null : _job.Progress.TitleOf(node),
    };
}
