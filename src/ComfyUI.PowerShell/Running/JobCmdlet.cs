using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that takes jobs of the server by their ids.</summary>
public abstract class JobCmdlet : BatchCmdlet
{
    private protected const string IdSet = "Id";

    /// <summary>The ids of the jobs; the first characters of one are enough, as tables show them, when no other id begins like this.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PromptId")]
    [JobIdTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>The ids in full. One that means several jobs is reported and left out.</summary>
    private protected IEnumerable<string> FullIds(ComfyUISession session) => FullIds(session, Id);
}
