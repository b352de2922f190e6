using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A node as the file has it.</summary>
internal sealed class GraphNode
{
    internal const int Muted = 2;
    internal const int Bypassed = 4;

    private GraphSlot[]? _inputs;
    private GraphSlot[]? _outputs;
    private bool _keepsInputs;

    internal required string Id { get; init; }

    /// <summary>The class, a subgraph's id, or <c>workflow&gt;Name</c> for a group node.</summary>
    internal required string Type { get; init; }

    internal int Mode { get; init; }

    /// <summary>The title somebody gave it; null when it has none of its own.</summary>
    internal string? Title { get; init; }

    /// <summary>Read from <see cref="Json"/> when they are asked for, unless they were given.</summary>
    internal GraphSlot[] Inputs
    {
        get => _inputs ??= GraphReader.ReadSlots(Json?["inputs"], Ids ?? new IdTexts());
        init
        {
            _inputs = value;
            _keepsInputs = true;
        }
    }

    /// <summary>How many inputs there are; they need not be read for that.</summary>
    internal int InputCount => _inputs?.Length ?? JsonRead.Count(Json?["inputs"]);

    /// <summary>Read when they are first asked for: most nodes have those of their class.</summary>
    internal GraphSlot[] Outputs => _outputs ??= GraphReader.ReadSlots(Json?["outputs"], Ids ?? new IdTexts());

    /// <summary>Null, an array in the order of the widgets, or an object by widget name.</summary>
    internal JsonNode? WidgetValues { get; set; }

    /// <summary>The values by widget name, which files since 2026 may hold beside the array.</summary>
    internal JsonObject? NamedWidgetValues { get; init; }

    internal JsonObject? Properties { get; init; }

    /// <summary>The node in the document, for those who edit it; null for one that the document does not hold as such.</summary>
    internal JsonObject? Json { get; init; }

    /// <summary>The texts of the ids in its graph.</summary>
    internal IdTexts? Ids { get; init; }

    /// <summary>Feeds an input by a link that the document does not have.</summary>
    internal void Link(int slot, string linkId)
    {
        Inputs[slot].LinkId = linkId;
        _keepsInputs = true;
    }

    /// <summary>Lets go of inputs that can be read again.</summary>
    internal void ReleaseInputs()
    {
        if (!_keepsInputs)
        {
            _inputs = null;
        }
    }
}
