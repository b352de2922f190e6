using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Validates workflows without running them, with the server's own error types, and says what might help.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ComfyUIWorkflow")]
[OutputType(typeof(ComfyUIWorkflowProblem), typeof(bool))]
public sealed class TestComfyUIWorkflowCommand : WorkflowReadingCmdlet
{
    /// <summary>Gives only whether the server would take the workflow as it is.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Process(ComfyUIWorkflow workflow)
    {
        IReadOnlyList<ComfyUIWorkflowProblem> problems = NodeInfo is not null
            ? WorkflowValidator.Validate(workflow, NodeInfo)
            : Ask((session, classes, token) => session.Workflows.ValidateAsync(workflow, classes, token));
        if (Quiet)
        {
            bool isValid = true;
            foreach (ComfyUIWorkflowProblem problem in problems)
            {
                isValid &= problem.Severity != ComfyUIProblemSeverity.Error;
            }

            WriteObject(isValid);
        }
        else
        {
            WriteObject(problems, enumerateCollection: true);
        }
    }
}
