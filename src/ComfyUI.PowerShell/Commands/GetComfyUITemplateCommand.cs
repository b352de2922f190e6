using System.IO;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the example workflows of the packs of nodes that are installed on the server; on demand with the workflow, or as files.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUITemplate", DefaultParameterSetName = "List")]
[OutputType(typeof(ComfyUITemplate), ParameterSetName = new[] { "List" })]
[OutputType(typeof(FileInfo), ParameterSetName = new[] { "File" })]
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
    [Parameter(ParameterSetName = "List")]
    public SwitchParameter Download { get; set; }

    /// <summary>Saves the workflows to this folder, and gives the files.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = string.Empty;

    /// <summary>Overwrites files of the same name; without it the new ones get a number.</summary>
    [Parameter(ParameterSetName = "File")]
    public SwitchParameter Force { get; set; }

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
        if (ParameterSetName == "File")
        {
            string folder = ResolveFilePath(OutputPath);
            if (TryAsk(session, template, token => session.Templates.SaveAsync(template, folder, Force, token), out FileInfo file))
            {
                WriteObject(file);
            }
        }
        else if (!Download)
        {
            WriteObject(template);
        }
        else if (TryAsk(session, template, token => session.Templates.GetAsync(template, token), out ComfyUITemplate whole))
        {
            WriteObject(whole);
        }
    }
}
