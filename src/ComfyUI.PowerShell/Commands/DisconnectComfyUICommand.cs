using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Closes sessions. Jobs on the server go on.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ComfyUI", DefaultParameterSetName = "Session", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class DisconnectComfyUICommand : PSCmdlet
{
    /// <summary>The sessions to close, or their names. Without it: the one that other cmdlets use.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Session")]
    [ValidateNotNull]
    [SessionTransformation]
    [Alias("Name")]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ComfyUISession? Session { get; set; }

    /// <summary>Closes all sessions of this runspace.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        SessionTable table = SessionTable.Current;
        if (All)
        {
            foreach (ComfyUISession session in table.List())
            {
                Close(table, session);
            }

            return;
        }

        if ((Session ?? table.Default) is { } one)
        {
            Close(table, one);
        }
        else
        {
            ThrowTerminatingError(ErrorRecords.NotConnected());
        }
    }

    private void Close(SessionTable table, ComfyUISession session)
    {
        if (ShouldProcess(session.ToString(), "Disconnect"))
        {
            table.Remove(session);
        }
    }
}
