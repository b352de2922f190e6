using System;
using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the last lines of the server's log, and with -Follow those that come, until it is stopped.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUILog")]
[OutputType(typeof(ComfyUILogEntry))]
public sealed class GetComfyUILogCommand : SessionCmdlet
{
    /// <summary>Only so many of the last lines. The server remembers about 300.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = int.MaxValue;

    /// <summary>Goes on with the lines that come, until Ctrl+C. A server that restarts is waited for.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        if (Follow)
        {
            AskOrFail(session, session, async token =>
            {
                await session.Logs.FollowAsync(
                    line => PostInTurn(() => WriteObject(line), token),
                    Tail,
                    trouble => Post(() => WriteWarning("The server is out of reach; waiting for it. " + trouble.Message)),
                    token).ConfigureAwait(false);
                return true;
            });
            return;
        }

        IReadOnlyList<ComfyUILogEntry> lines = AskOrFail(session, session, session.Logs.GetAsync);
        for (int i = Math.Max(0, lines.Count - Tail); i < lines.Count; i++)
        {
            WriteObject(lines[i]);
        }
    }
}
