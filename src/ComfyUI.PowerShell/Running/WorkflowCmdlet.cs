using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that hands workflows to the server: what workflow, with which inputs, where in the queue.</summary>
public abstract class WorkflowCmdlet : BatchCmdlet
{
    private const string WorkflowSet = "Workflow";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>
    /// The workflow: a path (wildcards allowed, and the files of Get-ChildItem), JSON text, a hashtable or ordered dictionary, or what
    /// ConvertFrom-Json returns.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = WorkflowSet)]
    [ValidateNotNull]
    [SupportsWildcards]
    public object Workflow { get; set; } = null!;

    /// <summary>The path of the workflow, taken as it is written: for names with brackets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Inputs to set, such as @{ '6.text' = 'a fox'; 'KSampler.steps' = 30 }: the node by id, title or class.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Parameter { get; set; } = new Hashtable();

    /// <summary>The seed for every input called seed or noise_seed that is not linked: 0 to 18446744073709551615.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? Seed { get; set; }

    /// <summary>A new random seed for each workflow.</summary>
    [Parameter]
    public SwitchParameter RandomizeSeed { get; set; }

    /// <summary>Goes before all jobs that wait.</summary>
    [Parameter]
    public SwitchParameter Front { get; set; }

    /// <summary>Runs only these output nodes, by id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Target { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        foreach (RunItem item in Items(session))
        {
            string what = item.Target as string ?? "workflow";
            if (ShouldProcess(session.ToString(), $"Run {what}"))
            {
                Accept(item);
            }
        }
    }

    /// <summary>Takes one workflow.</summary>
    private protected abstract void Accept(RunItem item);

    /// <summary>Where the files of a run go; null to leave them on the server.</summary>
    private protected virtual ComfyUISaveOptions? SaveOptions => null;

    /// <summary>How long a run may take.</summary>
    private protected virtual TimeSpan? RunTimeout => null;

    private List<RunItem> Items(ComfyUISession session)
    {
        var items = new List<RunItem>();
        try
        {
            IReadOnlyList<KeyValuePair<string, JsonNode?>> parameters = InputTable.Read(Parameter);
            ulong? seed = SeedArgument.Read(Seed);
            foreach (Func<CancellationToken, Task<ComfyUIWorkflow>> read in ReadWorkflows())
            {
                items.Add(new RunItem
                {
                    Session = session,
                    Index = NextIndex(),
                    Read = read,
                    Parameters = parameters,
                    Seed = RandomizeSeed ? SeedArgument.Random() : seed,
                    Front = Front,
                    Targets = Target.Length == 0 ? null : Target,
                    Timeout = RunTimeout,
                    Save = SaveOptions,
                    Target = TargetOfErrors(),
                });
            }
        }
        catch (ComfyUIException e)
        {
            if (MyInvocation.ExpectingInput)
            {
                Report(e, TargetOfErrors());
            }
            else
            {
                Fail(e, TargetOfErrors());
            }
        }

        return items;
    }

    private IEnumerable<Func<CancellationToken, Task<ComfyUIWorkflow>>> ReadWorkflows()
        => ParameterSetName == LiteralPathSet
            ? WorkflowArgument.ReadFiles(Array.ConvertAll(LiteralPath, ResolveFilePath))
            : WorkflowArgument.Resolve(Workflow, ResolveExistingFiles);

    private object? TargetOfErrors() => ParameterSetName == LiteralPathSet ? string.Join(", ", LiteralPath) : ObjectToJson.Unwrap(Workflow) switch
    {
        string text => Shorten(text),
        ComfyUIWorkflow workflow => workflow.Source ?? workflow.ToString(),
        System.IO.FileInfo file => file.FullName,
        { } other => other,
        null => null,
    };

    private static string Shorten(string text) => text.Length <= 200 ? text : text.Substring(0, 200) + "…";
}
