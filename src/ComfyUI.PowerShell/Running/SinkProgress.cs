using System;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Hands progress to a sink at once; <see cref="Progress{T}"/> would take it through a synchronization context.</summary>
internal sealed class SinkProgress(IRunSink sink) : IProgress<ComfyUIProgress>
{
    public void Report(ComfyUIProgress value) => sink.Progress(value);
}
