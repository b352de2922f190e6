using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the example workflows of the packs of nodes that are installed on the server; on demand with the workflow.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUITemplate")]
[OutputType(typeof(ComfyUITemplate))]
public sealed class GetComfyUITemplateCommand : SessionCmdlet
{
    /// <summary>The names of examples; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TemplateCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The pack, by the name of its folder; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TemplateModuleCompleter))]
    public string Module { get; set; } = "*";

    /// <summary>Gets each workflow, too: the property Workflow holds it then.</summary>
    [Parameter]
    public SwitchParameter Download { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        var names = new NamePattern(Name);
        var modules = new NamePattern([Module]);
        foreach (ComfyUITemplate template in AskOrFail(session, session, session.Templates.ListAsync))
        {
            if (modules.IsMatch(template.Module) && names.IsMatch(template.Name))
            {
                Write(session, template);
            }
        }

        foreach (string missing in names.Missing)
        {
            Report(
                new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"No pack on the server has an example called '{missing}'.")
                {
                    RecommendedAction = "Get-ComfyUITemplate without a name lists the examples.",
                },
                missing);
        }
    }

    private void Write(ComfyUISession session, ComfyUITemplate template)
    {
        if (!Download)
        {
            WriteObject(template);
        }
        else if (TryAsk(session, template, token => session.Templates.GetAsync(template, token), out ComfyUITemplate whole))
        {
            WriteObject(whole);
        }
    }
}
