using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A node inside a group node while its definition is being read.</summary>
internal sealed class GroupMember
{
    private readonly JsonObject? _config;

    internal GroupMember(GraphNode node, ComfyUINodeDefinition? definition, JsonObject? config)
    {
        Node = node;
        Definition = definition;
        _config = config;
        foreach (GraphSlot slot in node.Inputs)
        {
            // The links a member was saved with belong to the graph it was taken from.
            slot.LinkId = null;
            Inputs.Add(slot);
        }
    }

    internal GraphNode Node { get; }

    internal ComfyUINodeDefinition? Definition { get; }

    internal List<GraphSlot> Inputs { get; } = [];

    internal HashSet<int> LinkedOutputs { get; } = [];

    internal HashSet<int> ExternalOutputs { get; } = [];

    /// <summary>For a PrimitiveNode, the widget its first link goes to.</summary>
    internal ComfyUIInputDefinition? PrimitiveTarget { get; set; }

    /// <summary>A Reroute between two members shows nothing on the group node.</summary>
    internal bool IsInnerReroute
        => Node.Type == "Reroute" && LinkedOutputs.Count > 0 && !ExternalOutputs.Contains(0) && Inputs.Count > 0 && Inputs[0].LinkId is not null;

    internal JsonObject? InputConfig(string name) => (_config?["input"] as JsonObject)?[name] as JsonObject;

    internal JsonObject? OutputConfig(int slot)
        => (_config?["output"] as JsonObject)?[slot.ToString(CultureInfo.InvariantCulture)] as JsonObject;

    internal bool IsConverted(string name) => Find(name) is { HasWidget: true };

    internal bool IsLinked(string name) => Find(name)?.LinkId is not null;

    internal string? InputLabel(string name) => Find(name)?.Label;

    internal string InputType(string name) => Definition?.FindInput(name)?.Type ?? Find(name)?.Type ?? SlotType.Any;

    internal string? SlotName(int slot) => slot >= 0 && slot < Inputs.Count ? Inputs[slot].Name : null;

    internal void Link(int slot, string linkId)
    {
        if (slot >= 0 && slot < Inputs.Count)
        {
            Inputs[slot].LinkId = linkId;
        }
    }

    internal void Link(string name, string linkId)
    {
        if (Find(name) is { } slot)
        {
            slot.LinkId = linkId;
        }
        else
        {
            Inputs.Add(new GraphSlot(name, InputType(name), linkId, null, false, null));
        }
    }

    internal GraphNode ToNode() => new()
    {
        Id = Node.Id,
        Type = Node.Type,
        Mode = Node.Mode,
        Title = Node.Title,
        Inputs = [.. Inputs],
        WidgetValues = Node.WidgetValues,
        NamedWidgetValues = Node.NamedWidgetValues,
        Properties = Node.Properties,
        Json = Node.Json,
        Ids = Node.Ids,
    };

    private GraphSlot? Find(string name) => Inputs.Find(slot => slot.Name == name);
}
