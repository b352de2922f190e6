using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the node classes of the server: what they are for, their inputs with types, defaults, limits and choices, their outputs.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUINode")]
[OutputType(typeof(ComfyUINodeDefinition))]
public sealed class GetComfyUINodeCommand : SessionCmdlet
{
    private ComfyUINodeCatalogue? _catalogue;

    /// <summary>The names of classes, as they stand in a workflow's class_type; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ClassType")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Words that must all occur in names, descriptions, category or aliases.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Search { get; set; }

    /// <summary>The category, such as sampling/*; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeCategoryCompleter))]
    public string? Category { get; set; }

    /// <summary>Only nodes with an input of this type, such as IMAGE.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeTypeCompleter))]
    public string? Input { get; set; }

    /// <summary>Only nodes with an output of this type, such as LATENT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeTypeCompleter))]
    public string? Output { get; set; }

    /// <summary>Only nodes that a run is made for, such as those that save; -OutputNode:$false for the others.</summary>
    [Parameter]
    public SwitchParameter OutputNode { get; set; }

    /// <summary>Only nodes kept for old workflows; -Deprecated:$false for the others.</summary>
    [Parameter]
    public SwitchParameter Deprecated { get; set; }

    /// <summary>Only nodes that may still change; -Experimental:$false for the others.</summary>
    [Parameter]
    public SwitchParameter Experimental { get; set; }

    /// <summary>Only nodes that call a paid service; -ApiNode:$false for the others.</summary>
    [Parameter]
    public SwitchParameter ApiNode { get; set; }

    /// <summary>Asks the server even when its catalogue was fetched less than ten minutes ago.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        _catalogue ??= AskOrFail(session, session, token => session.Nodes.GetCatalogueAsync(Force, token));
        var names = new NamePattern(Name);
        foreach (ComfyUINodeDefinition node in Filter(names).Apply(_catalogue))
        {
            WriteObject(node);
        }

        foreach (string missing in names.Missing)
        {
            Report(
                new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server knows no node class '{missing}'.")
                {
                    RecommendedAction = Suggest(missing) + "Get-ComfyUINode -Search finds classes by words; after installing a pack of nodes use -Force.",
                },
                missing);
        }
    }

    private string Suggest(string missing)
        => NearestName.Find(missing, _catalogue!.Names) is { } near ? $"Do you mean {Redaction.ServerLine(near)}? " : string.Empty;

    private ComfyUINodeFilter Filter(NamePattern names) => new()
    {
        Name = names.IsMatch,
        Category = Category is null ? null : new NamePattern([Category]).IsMatch,
        Search = Search,
        InputType = Input,
        OutputType = Output,
        IsOutputNode = Choice(nameof(OutputNode), OutputNode),
        IsDeprecated = Choice(nameof(Deprecated), Deprecated),
        IsExperimental = Choice(nameof(Experimental), Experimental),
        IsApiNode = Choice(nameof(ApiNode), ApiNode),
    };

    private bool? Choice(string name, SwitchParameter value) => MyInvocation.BoundParameters.ContainsKey(name) ? value.IsPresent : null;
}
