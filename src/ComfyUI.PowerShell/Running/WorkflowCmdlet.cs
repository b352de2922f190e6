using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that hands workflows to the server: what workflow, with which inputs, where in the queue.</summary>
public abstract class WorkflowCmdlet : BatchCmdlet, IDynamicParameters
{
    // Names that no parameter of a workflow may have, whichever of the cmdlets it is given to.
    internal static readonly string[] FixedNames =
    [
        "Workflow", "LiteralPath", "PSPath", "LP", "Parameter", "Seed", "RandomizeSeed", "Front", "Target", "Session", "OutputPath", "NoDownload",
        "IncludeTemp", "Force", "TimeoutSec", "ThrottleLimit", "AsJob",
    ];

    private const string WorkflowSet = "Workflow";
    private const string LiteralPathSet = "LiteralPath";

    private WorkflowParameterSet? _parameters;
    private (object Argument, ComfyUIWorkflow Workflow)? _peeked;
    private bool _isRenewed;
    private int _row;

    /// <summary>
    /// The workflow: a path (wildcards allowed, and the files of Get-ChildItem), what Get-ComfyUITemplate or Get-ComfyUIUserFile returns, JSON
    /// text, a hashtable or ordered dictionary, or what ConvertFrom-Json returns.
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

    /// <summary>
    /// New seeds for each workflow. In the format the browser saves, each seed goes by its own control_after_generate: fixed ones stay.
    /// </summary>
    [Parameter]
    public SwitchParameter RandomizeSeed { get; set; }

    /// <summary>Goes before all jobs that wait.</summary>
    [Parameter]
    public SwitchParameter Front { get; set; }

    /// <summary>Runs only these output nodes, by id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(WorkflowInputCompleter))]
    public string[] Target { get; set; } = [];

    /// <summary>The parameters of the workflow itself: what its App declares, or prompts, size, steps, models, pictures.</summary>
    /// <remarks>They are there when the workflow is given by position or name; PowerShell asks before it knows what the pipeline brings.</remarks>
    public object? GetDynamicParameters()
    {
        if (Argument is not { } argument)
        {
            return null;
        }

        ComfyUISession? session = Session ?? SessionTable.Current.Default;
        IReadOnlyList<WorkflowParameter> parameters = [];
        try
        {
            parameters = Run(token => PeekAsync(argument, session, token));
        }
        catch (PipelineStoppedException)
        {
            // Binding goes on, and then ends.
        }

        _parameters = parameters.Count == 0 ? null : new WorkflowParameterSet(parameters);
        return _parameters?.Dictionary;
    }

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

    private object? Argument => ParameterSetName == LiteralPathSet && LiteralPath.Length == 1 ? LiteralPath[0] : Workflow;

    /// <summary>Takes one workflow.</summary>
    private protected abstract void Accept(RunItem item);

    /// <summary>Where the files of a run go; null to leave them on the server.</summary>
    private protected virtual ComfyUISaveOptions? SaveOptions => null;

    /// <summary>How long a run may take.</summary>
    private protected virtual TimeSpan? RunTimeout => null;

    private async Task<IReadOnlyList<WorkflowParameter>> PeekAsync(object argument, ComfyUISession? session, CancellationToken cancellationToken)
    {
        // What has to be fetched, such as a template, must not hold up binding, where Ctrl+C does not reach.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WorkflowPeek.Patience);
        ComfyUIWorkflow? workflow = await WorkflowPeek.ReadAsync(argument, PeekPath, limit.Token).ConfigureAwait(false);
        _peeked = workflow is null ? null : (argument, workflow);

        // Only what is converted needs the server's classes; a run should ask the server for nothing it can do without.
        ComfyUINodeCatalogue? catalogue = workflow is { Format: ComfyUIWorkflowFormat.UI }
            ? await WorkflowPeek.CatalogueAsync(session, cancellationToken).ConfigureAwait(false)
            : WorkflowPeek.Kept(session);
        return WorkflowPeek.Parameters(workflow, catalogue, FixedNames);
    }

    // Quiet where ResolveExistingFiles is not: an error now would be one about binding.
    private string[] PeekPath(string path)
        => ParameterSetName == LiteralPathSet || !WildcardPattern.ContainsWildcardCharacters(path)
            ? [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)]
            : [];

    private List<RunItem> Items(ComfyUISession session)
    {
        var items = new List<RunItem>();
        try
        {
            IReadOnlyList<RunValue> values = ReadValues(session);
            ulong? seed = SeedArgument.Read(Seed);
            foreach (Func<CancellationToken, Task<ComfyUIWorkflow>> read in ReadWorkflows())
            {
                items.Add(new RunItem
                {
                    Session = session,
                    Index = NextIndex(),
                    Read = read,
                    Values = values,
                    Seed = seed,
                    RandomizeSeed = RandomizeSeed && seed is null,
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
        => _peeked is { } peeked && ReferenceEquals(peeked.Argument, Argument)
            // What binding has read already is not read, or fetched, again.
            ? [_ => Task.FromResult(peeked.Workflow)]
            : ParameterSetName == LiteralPathSet
                ? WorkflowArgument.ReadFiles(Array.ConvertAll(LiteralPath, ResolveFilePath))
                : WorkflowArgument.Resolve(Workflow, ResolveExistingFiles);

    private List<RunValue> ReadValues(ComfyUISession session)
    {
        var values = new List<RunValue>();
        if (_parameters is not null)
        {
            values.AddRange(ReadOwnValues(_parameters, session));
        }

        // After those, so that what is named in full wins.
        foreach (DictionaryEntry entry in Parameter)
        {
            string name = Convert.ToString(ObjectToJson.Unwrap(entry.Key), CultureInfo.InvariantCulture)!;
            values.Add(ObjectToJson.Unwrap(entry.Value) is FileInfo file
                ? new RunValue(name, null, file.FullName)
                : new RunValue(name, ObjectToJson.Convert(entry.Value), null));
        }

        return values;
    }

    private List<RunValue> ReadOwnValues(WorkflowParameterSet parameters, ComfyUISession session)
    {
        int? row = MyInvocation.ExpectingInput ? ++_row : null;
        try
        {
            return [.. parameters.Values(ResolveFilePath, row)];
        }
        catch (ComfyUIValidationException e)
            when (!_isRenewed && _peeked is not null && e.NodeErrors.Any(error => InputMisfit.GoesByCatalogue(error.Type)))
        {
            // Binding goes by the catalogue that is kept, however old. The server may know better.
            _isRenewed = true;
            if (Ask(session, session.Workflows.Catalogue().GetNewerAsync) is not { } newer)
            {
                // What is wrong by the catalogue that is kept says more than that the server is away, and which row it is in.
                throw;
            }

            parameters.Renew(WorkflowPeek.Inputs(_peeked.Value.Workflow, newer));
            return [.. parameters.Values(ResolveFilePath, row)];
        }
    }

    private object? TargetOfErrors() => ParameterSetName == LiteralPathSet ? string.Join(", ", LiteralPath) : ObjectToJson.Unwrap(Workflow) switch
    {
        string text => Shorten(text),
        ComfyUIWorkflow workflow => workflow.Source ?? workflow.ToString(),
        FileInfo file => file.FullName,
        { } other => other,
        null => null,
    };

    private static string Shorten(string text) => text.Length <= 200 ? text : text.Substring(0, 200) + "…";
}
