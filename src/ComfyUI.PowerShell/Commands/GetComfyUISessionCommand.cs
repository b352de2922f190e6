using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the open sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUISession")]
[OutputType(typeof(ComfyUISession))]
public sealed class GetComfyUISessionCommand : PSCmdlet
{
    /// <summary>Only sessions whose names match.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string Name { get; set; } = "*";

    /// <summary>Only the one that is used without -Session.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        SessionTable table = SessionTable.Current;
        var pattern = new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        bool found = false;
        foreach (ComfyUISession session in table.List())
        {
            if (pattern.IsMatch(session.Name) && (!Default || session == table.Default))
            {
                found = true;
                WriteObject(session);
            }
        }

        if (!found && !WildcardPattern.ContainsWildcardCharacters(Name))
        {
            WriteError(ErrorRecords.From(
                new ComfyUINotFoundException("SessionNotFound", $"There is no session named '{Name}'.")
                {
                    RecommendedAction = "Get-ComfyUISession lists the sessions; Connect-ComfyUI -Name makes one.",
                },
                Name));
        }
    }
}
