using System;
using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Uploads files for nodes to use: pictures, masks, sound, video, anything.</summary>
[Cmdlet(VerbsCommunications.Send, "ComfyUIFile", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ComfyUIUpload))]
public sealed class SendComfyUIFileCommand : FileInputCmdlet
{
    /// <summary>The name the file gets on the server; for a single file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The folder below the server's folder.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Subfolder { get; set; } = string.Empty;

    /// <summary>Which of the server's folders.</summary>
    [Parameter]
    [ValidateSet("input", "temp", "output")]
    public string Type { get; set; } = "input";

    /// <summary>Makes it a mask for this picture on the server: what Send-ComfyUIFile returned for it, an output of a job, or its name.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSObject? OriginalReference { get; set; }

    /// <summary>Overwrites a file of the same name; without it the server numbers the new one, unless both are the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override int Limit => 4;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        var options = new ComfyUIUploadOptions
        {
            Name = Name,
            Subfolder = Subfolder.Replace('\\', '/'),
            Type = Type.ToLowerInvariant(),
            Overwrite = Force,
            Original = ReadOriginal(),
        };
        foreach (string path in InputFiles())
        {
            if (ShouldProcess(session.ToString(), $"Upload '{path}'"))
            {
                int index = NextIndex();
                Start(token => Batch.StartAsync(session, inner => SendAsync(session, path, options, index, inner), index, path, token));
            }
        }
    }

    private async Task SendAsync(ComfyUISession session, string path, ComfyUIUploadOptions options, int index, CancellationToken cancellationToken)
    {
        IRunSink sink = this;
        long length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        var progress = new UploadProgress(sink, System.IO.Path.GetFileName(path), length, index);
        sink.Output(await session.Files.SendAsync(path, options, progress, cancellationToken).ConfigureAwait(false));
    }

    private ComfyUIUpload? ReadOriginal()
    {
        switch (OriginalReference?.BaseObject)
        {
            case null:
                return null;
            case ComfyUIUpload upload:
                return upload;
            case ComfyUIOutput output:
                return new ComfyUIUpload { Name = output.FileName, Subfolder = output.Subfolder, Type = output.Type };
            case string value:
                return ParseOriginal(value);
            case { } other:
                Fail(
                    ErrorRecords.InvalidArgument("InvalidOriginalReference", $"A {other.GetType().Name} is no picture on the server.", "Give what Send-ComfyUIFile returned for the picture."),
                    other);
                return null;
        }
    }

    // As nodes write it: sub/name.png [output]. Without the ending it is an input.
    private static ComfyUIUpload ParseOriginal(string value)
    {
        string type = "input";
        foreach (string candidate in new[] { "input", "output", "temp" })
        {
            string ending = $" [{candidate}]";
            if (value.EndsWith(ending, StringComparison.Ordinal))
            {
                type = candidate;
                value = value.Substring(0, value.Length - ending.Length);
                break;
            }
        }

        int slash = value.LastIndexOf('/');
        return new ComfyUIUpload
        {
            Name = value.Substring(slash + 1),
            Subfolder = slash < 0 ? string.Empty : value.Substring(0, slash),
            Type = type,
        };
    }

    private sealed class UploadProgress(IRunSink sink, string name, long length, int index) : IProgress<long>
    {
        public void Report(long value) => sink.Progress(new ComfyUIProgress
        {
            Workflow = name,
            Index = index,
            Status = ComfyUIJobStatus.Running,
            NodeTitle = "Uploading",
            Percent = length == 0 ? 0 : Math.Min(100, value * 100.0 / length),
        });
    }
}
