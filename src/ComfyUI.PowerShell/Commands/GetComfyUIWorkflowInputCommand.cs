using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Lists the inputs of workflows: what they hold, what the server takes for them, and what they are for.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIWorkflowInput")]
[OutputType(typeof(ComfyUIWorkflowInput))]
public sealed class GetComfyUIWorkflowInputCommand : WorkflowReadingCmdlet
{
    /// <summary>Only inputs of these nodes, by id, title or class; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Node { get; set; } = [];

    /// <summary>Only inputs of these names; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Input { get; set; } = [];

    /// <summary>Only the inputs that an App shows, in its order.</summary>
    [Parameter]
    public SwitchParameter App { get; set; }

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        var names = new NamePattern(Input);
        var nodes = new NamePattern(Node);
        ComfyUINodeCatalogue? catalogue = HasSession ? Ask((_, classes, token) => classes.GetForAsync(workflow, token)) : NodeInfo;
        foreach (ComfyUIWorkflowInput input in WorkflowInputReader.Read(workflow, catalogue, appOnly: App))
        {
            if (names.IsMatch(input.Name) && (nodes.IsMatch(input.NodeId) || nodes.IsMatch(input.NodeTitle) || nodes.IsMatch(input.ClassType)))
            {
                WriteObject(input);
            }
        }
    }
}
