using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the settings that the server keeps for the user: those of the browser's interface that have been changed.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUISetting")]
[OutputType("ComfyUI.Setting")]
public sealed class GetComfyUISettingCommand : SessionCmdlet
{
    /// <summary>The ids of settings, such as Comfy.ColorPalette; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SettingCompleter))]
    public string[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        var ids = new NamePattern(Id);
        foreach (KeyValuePair<string, JsonNode?> setting in AskOrFail(session, session, session.Settings.GetAllAsync))
        {
            if (ids.IsMatch(setting.Key))
            {
                WriteObject(Show(setting.Key, setting.Value));
            }
        }

        foreach (string missing in ids.Missing)
        {
            Report(
                new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server keeps no setting '{missing}'.")
                {
                    RecommendedAction = "Settings that still have their defaults are not kept; Get-ComfyUISetting lists the others.",
                },
                missing);
        }
    }

    /// <summary>A setting as the user sees it.</summary>
    internal static PSObject Show(string id, JsonNode? value)
    {
        var setting = new PSObject();
        setting.TypeNames.Insert(0, "ComfyUI.Setting");
        setting.Properties.Add(new PSNoteProperty("Id", id));
        setting.Properties.Add(new PSNoteProperty("Value", JsonToObject.Convert(value)));
        return setting;
    }
}
