using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A node as the file has it.</summary>
internal sealed class GraphNode
{
    internal const int Muted = 2;
    internal const int Bypassed = 4;

    private IReadOnlyList<GraphSlot>? _outputs;

    internal required string Id { get; init; }

    /// <summary>The class, a subgraph's id, or <c>workflow&gt;Name</c> for a group node.</summary>
    internal required string Type { get; init; }

    internal int Mode { get; init; }

    /// <summary>The title somebody gave it; null when it has none of its own.</summary>
    internal string? Title { get; init; }

    internal IReadOnlyList<GraphSlot> Inputs { get; init; } = [];

    /// <summary>Read when they are first asked for: most nodes have those of their class.</summary>
    internal IReadOnlyList<GraphSlot> Outputs => _outputs ??= GraphReader.ReadSlots(Json?["outputs"], new IdTexts());

    /// <summary>Null, an array in the order of the widgets, or an object by widget name.</summary>
    internal JsonNode? WidgetValues { get; set; }

    /// <summary>The values by widget name, which files since 2026 may hold beside the array.</summary>
    internal JsonObject? NamedWidgetValues { get; init; }

    internal JsonObject? Properties { get; init; }

    /// <summary>The node in the document, for those who edit it; null for one that the document does not hold as such.</summary>
    internal JsonObject? Json { get; init; }
}
