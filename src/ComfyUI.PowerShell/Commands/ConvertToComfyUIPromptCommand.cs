using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Turns workflows in UI format into prompts, the API format that the server runs, as the browser does when it queues them.</summary>
[Cmdlet(VerbsData.ConvertTo, "ComfyUIPrompt")]
[OutputType(typeof(ComfyUIWorkflow), typeof(string))]
public sealed class ConvertToComfyUIPromptCommand : WorkflowReadingCmdlet
{
    /// <summary>Gives the prompt as JSON text.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        ComfyUIWorkflow prompt = ToPrompt(workflow);
        WriteObject(AsJson ? prompt.ToJson() : prompt);
    }
}
