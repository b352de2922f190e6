using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the values of a workflow's own parameters: samplers, models and other choices of the server.</summary>
public sealed class WorkflowParameterCompleter : WorkflowCompleter
{
    private protected override IEnumerable<Candidate> Candidates(WorkflowInView workflow, string parameter, IDictionary bound)
        => WorkflowPeek.Parameters(workflow.Workflow, workflow.Catalogue, WorkflowCmdlet.FixedNames)
            .Where(candidate => string.Equals(candidate.Name, parameter, StringComparison.OrdinalIgnoreCase))
            .SelectMany(candidate => WorkflowInputCompleter.Choices(candidate.First));
}
