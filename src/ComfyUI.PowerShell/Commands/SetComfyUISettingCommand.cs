using System.Management.Automation;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Changes settings that the server keeps for the user. A browser that is open shows them when it is reloaded.</summary>
[Cmdlet(VerbsCommon.Set, "ComfyUISetting", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType("ComfyUI.Setting")]
public sealed class SetComfyUISettingCommand : SessionCmdlet
{
    /// <summary>The id of the setting, such as Comfy.ColorPalette.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SettingCompleter))]
    public string Id { get; set; } = string.Empty;

    /// <summary>The value: a text, number, boolean, list, table or null.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>Gives the setting back.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        JsonNode? value;
        try
        {
            value = ObjectToJson.Convert(Value);
        }
        catch (ComfyUIException e)
        {
            Report(e, Id);
            return;
        }

        string id = Id;
        if (ShouldProcess(id, "Change setting") && TryDo(session, id, token => session.Settings.SetAsync(id, value, token)) && PassThru)
        {
            WriteObject(GetComfyUISettingCommand.Show(id, value));
        }
    }
}
