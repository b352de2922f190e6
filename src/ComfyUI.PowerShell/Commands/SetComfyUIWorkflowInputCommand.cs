using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>
/// Gives workflows other values, links or nodes that run, and emits the changed copies. A workflow in UI format stays one that the browser opens.
/// </summary>
[Cmdlet(VerbsCommon.Set, "ComfyUIWorkflowInput", DefaultParameterSetName = ValueSet)]
[OutputType(typeof(ComfyUIWorkflow))]
public sealed class SetComfyUIWorkflowInputCommand : WorkflowReadingCmdlet
{
    private const string ValueSet = "Value";
    private const string TableSet = "Parameter";
    private const string LinkSet = "Link";
    private const string UnlinkSet = "Unlink";

    /// <summary>The node, by id, title or class.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ValueSet)]
    [Parameter(Mandatory = true, ParameterSetName = LinkSet)]
    [Parameter(Mandatory = true, ParameterSetName = UnlinkSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string Node { get; set; } = string.Empty;

    /// <summary>The input's name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ValueSet)]
    [Parameter(Mandatory = true, ParameterSetName = LinkSet)]
    [Parameter(Mandatory = true, ParameterSetName = UnlinkSet)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string Input { get; set; } = string.Empty;

    /// <summary>The value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public object? Value { get; set; }

    /// <summary>Several inputs and their values, such as @{ '6.text' = 'a fox'; 'KSampler.steps' = 30 }.</summary>
    [Parameter(Position = 1, ParameterSetName = TableSet)]
    [ValidateNotNull]
    public IDictionary Parameter { get; set; } = new Hashtable();

    /// <summary>The output to link the input to: a node and the index or name of its output, such as 4.0 or 'Load Checkpoint.VAE'.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LinkSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string Link { get; set; } = string.Empty;

    /// <summary>Removes the input's link.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UnlinkSet)]
    public SwitchParameter Unlink { get; set; }

    /// <summary>Nodes that are not to run, and pass on what they are given; by id, title or class.</summary>
    [Parameter(ParameterSetName = TableSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Bypass { get; set; } = [];

    /// <summary>Nodes that are not to run, and give nothing.</summary>
    [Parameter(ParameterSetName = TableSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Mute { get; set; } = [];

    /// <summary>Nodes that are to run again.</summary>
    [Parameter(ParameterSetName = TableSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Enable { get; set; } = [];

    /// <summary>Sets what the server would not take: other types, beyond the limits, none of the choices.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        List<WorkflowEdit> edits = Edits();
        WriteObject(HasSession
            ? Ask((_, classes, token) => classes.TryAsync(workflow, catalogue => WorkflowEditor.Apply(workflow, edits, catalogue, check: !Force), token))
            : WorkflowEditor.Apply(workflow, edits, NodeInfo, check: !Force));
    }

    private List<WorkflowEdit> Edits()
    {
        string name = Node + "." + Input;
        switch (ParameterSetName)
        {
            case ValueSet:
                return [new ValueEdit(name, ObjectToJson.Convert(Value))];
            case LinkSet:
                return [new LinkEdit(name, Link)];
            case UnlinkSet:
                return [new UnlinkEdit(name)];
        }

        var edits = new List<WorkflowEdit>();
        foreach (KeyValuePair<string, JsonNode?> value in InputTable.Read(Parameter))
        {
            edits.Add(new ValueEdit(value.Key, value.Value));
        }

        AddModes(edits, Enable, ComfyUINodeMode.Enabled);
        AddModes(edits, Bypass, ComfyUINodeMode.Bypassed);
        AddModes(edits, Mute, ComfyUINodeMode.Muted);
        return edits;
    }

    private static void AddModes(List<WorkflowEdit> edits, string[] nodes, ComfyUINodeMode mode)
    {
        foreach (string node in nodes)
        {
            edits.Add(new ModeEdit(node, mode));
        }
    }
}
