using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Turns a group node's definition into a subgraph. Its nodes are known by their index. Which inputs, outputs and widgets
/// the group node shows is not stored: it follows from the nodes inside and their links, and the names must come out as
/// the interface made them.
/// </summary>
internal sealed class GroupNodeBuilder
{
    private readonly JsonObject _json;
    private readonly ComfyUINodeCatalogue _catalogue;
    private readonly SubgraphDefinition _graph;
    private readonly GroupNode _group;
    private readonly List<GroupMember> _members = [];
    private readonly Dictionary<string, int> _seenInputs = new(StringComparer.Ordinal);

    internal GroupNodeBuilder(JsonObject json, string name, ComfyUINodeCatalogue catalogue)
    {
        _json = json;
        _catalogue = catalogue;
        _graph = new SubgraphDefinition("workflow>" + name, name);
        _group = new GroupNode(_graph);
    }

    internal GroupNode Build()
    {
        ReadNodes();
        ReadLinks();
        foreach (GroupMember member in _members)
        {
            AddWidgetsAndSockets(member);
        }

        foreach (GroupMember member in _members)
        {
            AddConvertedWidgets(member);
        }

        foreach (GroupMember member in _members)
        {
            AddOutputs(member);
            _graph.TryAdd(member.ToNode());
        }

        return _group;
    }

    private void ReadNodes()
    {
        var reader = new GraphReader([]);
        int index = 0;
        foreach (JsonNode? item in JsonRead.Items(_json["nodes"]))
        {
            string id = index.ToString(CultureInfo.InvariantCulture);
            GraphNode node = reader.ReadNode(item as JsonObject ?? [], id);
            _members.Add(new GroupMember(node, _catalogue.Find(node.Type), Config(id)));
            index++;
        }
    }

    private void ReadLinks()
    {
        int number = 0;
        foreach (JsonNode? item in JsonRead.Items(_json["links"]))
        {
            // [node index or null for outside, slot, node index, slot, ...]
            if (item is not JsonArray { Count: >= 4 } link || link[0] is null
                || Member(link[0]) is not { } origin || Member(link[2]) is not { } target)
            {
                continue;
            }

            string id = "inner" + (number++).ToString(CultureInfo.InvariantCulture);
            int originSlot = JsonRead.Int(link[1]);
            origin.LinkedOutputs.Add(originSlot);
            target.Link(JsonRead.Int(link[3]), id);
            if (origin.Node.Type == "PrimitiveNode")
            {
                origin.PrimitiveTarget ??= target.SlotName(JsonRead.Int(link[3])) is { } name ? target.Definition?.FindInput(name) : null;
            }

            _graph.Links[id] = new GraphLink(origin.Node.Id, originSlot, target.Node.Id);
        }

        foreach (JsonNode? item in JsonRead.Items(_json["external"]))
        {
            if (item is JsonArray { Count: >= 2 } external && Member(external[0]) is { } member)
            {
                member.ExternalOutputs.Add(JsonRead.Int(external[1]));
            }
        }
    }

    private GroupMember? Member(JsonNode? index)
        => JsonRead.Int(index, -1) is var i && i >= 0 && i < _members.Count ? _members[i] : null;

    private JsonObject? Config(string id) => (_json["config"] as JsonObject)?[id] as JsonObject;

    private void AddWidgetsAndSockets(GroupMember member)
    {
        if (member.IsInnerReroute || (member.Node.Type == "PrimitiveNode" && member.LinkedOutputs.Count == 0))
        {
            return;
        }

        if (member.Node.Type == "PrimitiveNode")
        {
            InputName(member, "value");
            _group.Slots.Add((member.Node.Id, "value"));
            AddSkipped(member.PrimitiveTarget?.Type switch { "INT" => 1, SlotType.Combo => 2, _ => 0 });
            return;
        }

        var sockets = new List<string>();
        foreach (ComfyUIInputDefinition input in member.Definition?.Inputs ?? [])
        {
            if (input.Section == ComfyUIInputSection.Hidden)
            {
                break;
            }

            if (!WidgetTypes.IsWidget(input))
            {
                sockets.Add(input.Name);
            }
            else if (!member.IsConverted(input.Name))
            {
                InputName(member, input.Name);
                _group.Slots.Add((member.Node.Id, input.Name));
                AddSkipped(WidgetTypes.ExtraSlots(input, input.Name));
                AddSkipped(input.UploadKind == "image" ? 1 : 0);
            }
        }

        if (member.Definition is null)
        {
            foreach (GraphSlot slot in member.Inputs)
            {
                if (!slot.HasWidget)
                {
                    sockets.Add(slot.Name);
                }
            }
        }

        foreach (string name in sockets)
        {
            if (!member.IsLinked(name))
            {
                string hostName = InputName(member, name);
                if (member.InputConfig(name)?["visible"] is not JsonValue visible || JsonRead.IsTruthy(visible))
                {
                    AddInput(member, name, hostName);
                }
            }
        }
    }

    // These come after everything else, in the order in which they were converted.
    private void AddConvertedWidgets(GroupMember member)
    {
        foreach (GraphSlot slot in member.Inputs.ToArray())
        {
            if (member.Definition?.FindInput(slot.Name) is { } input && WidgetTypes.IsWidget(input)
                && member.IsConverted(slot.Name) && !member.IsLinked(slot.Name))
            {
                AddInput(member, slot.Name, InputName(member, slot.Name));
                _group.Slots.Add((member.Node.Id, slot.Name));
                AddSkipped(WidgetTypes.ExtraSlots(input, input.Name));
            }
        }
    }

    private void AddSkipped(int slots)
    {
        for (int i = 0; i < slots; i++)
        {
            _group.Slots.Add(null);
        }
    }

    private void AddInput(GroupMember member, string name, string hostName)
    {
        string linkId = "in" + _graph.Inputs.Count.ToString(CultureInfo.InvariantCulture);
        _graph.Links[linkId] = new GraphLink(GraphLink.SubgraphInputs, _graph.Inputs.Count, member.Node.Id);
        _graph.Inputs.Add(new SubgraphSlot(hostName, member.InputType(name), [linkId]));
        member.Link(name, linkId);
    }

    /// <summary>The name on the group node: the member's title goes before a name that is taken, and a number into one taken twice.</summary>
    private string InputName(GroupMember member, string inputName)
    {
        string name = JsonRead.Text(member.InputConfig(inputName)?["name"]) ?? member.InputLabel(inputName) ?? inputName;
        string key = name;
        if ((member.Node.Type == "PrimitiveNode" && member.Node.Title is { Length: > 0 }) || _seenInputs.ContainsKey(name))
        {
            string prefix = (member.Node.Title ?? member.Node.Type) + " ";
            key = name = prefix + inputName;
            if (_seenInputs.TryGetValue(name, out int seen))
            {
                name = prefix + seen.ToString(CultureInfo.InvariantCulture) + " " + inputName;
            }
        }

        _seenInputs[key] = (_seenInputs.TryGetValue(key, out int count) ? count : 1) + 1;
        return name;
    }

    private void AddOutputs(GroupMember member)
    {
        if (member.IsInnerReroute)
        {
            return;
        }

        int count = member.Definition?.Outputs.Count ?? member.Node.Outputs.Length;
        for (int slot = 0; slot < count; slot++)
        {
            bool hidden = member.LinkedOutputs.Contains(slot) && !member.ExternalOutputs.Contains(slot);
            JsonNode? visible = member.OutputConfig(slot)?["visible"];
            if (visible is null ? hidden : !JsonRead.IsTruthy(visible))
            {
                continue;
            }

            string linkId = "out" + _graph.Outputs.Count.ToString(CultureInfo.InvariantCulture);
            _graph.Links[linkId] = new GraphLink(member.Node.Id, slot, GraphLink.SubgraphOutputs);
            string type = member.Definition?.Outputs[slot].Type ?? member.Node.Outputs[slot].Type;
            _graph.Outputs.Add(new SubgraphSlot(type, type, [linkId]));
        }
    }
}
