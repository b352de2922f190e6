using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Where runs tell what becomes of them: a pipeline, or a PowerShell job. May be called from any thread.</summary>
internal interface IRunSink
{
    /// <summary>Whether anybody reads what <see cref="Verbose"/> is told.</summary>
    bool IsVerbose { get; }

    void Output(object value);

    void Error(ErrorRecord error);

    /// <summary>An error that is not about one workflow alone, or that came before there was a job.</summary>
    void Fatal(ErrorRecord error);

    void Warning(string text);

    void Verbose(string text);

    /// <summary>How far one of the runs is.</summary>
    void Progress(ComfyUIProgress progress);

    /// <summary>A run is over, however it ended.</summary>
    void Ended(int index);
}
