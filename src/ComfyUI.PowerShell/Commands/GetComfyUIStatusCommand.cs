using System.Management.Automation;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets what a server is and how it is doing: version, devices and their memory, queue, features.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIStatus")]
[OutputType(typeof(ComfyUIStatus), typeof(bool), typeof(PSObject))]
public sealed class GetComfyUIStatusCommand : SessionCmdlet
{
    /// <summary>Answers only whether the server is there and says who it is: true or false, never an error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Quiet)
        {
            WriteObject(IsThere());
            return;
        }

        ComfyUISession session = RequireSession();
        try
        {
            WriteObject(Ask(session));
        }
        catch (ComfyUIException e)
        {
            Fail(e, session);
        }
    }

    private object? Ask(ComfyUISession session)
    {
        if (session.StatusEndpoint is not { } endpoint)
        {
            return Ask(session, token => session.Server.GetStatusAsync(token));
        }

        JsonNode? answer = Ask(session, token => session.Server.GetGatewayStatusAsync(endpoint, token));
        return JsonToObject.Convert(answer);
    }

    private bool IsThere()
    {
        if ((Session ?? SessionTable.Current.Default) is not { } session)
        {
            WriteVerbose("There is no session.");
            return false;
        }

        try
        {
            return Ask(session, async token =>
            {
                await session.CheckAsync(token).ConfigureAwait(false);
                return true;
            });
        }
        catch (ComfyUIException e)
        {
            WriteVerbose(e.Message);
            return false;
        }
    }
}
