using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Changes a copy of a UI document by the ids and names of the prompt it becomes. A value goes where the one it replaces is kept: the node's own
/// list, a PrimitiveNode, or the node of a subgraph around it. A value that several inputs share changes for all of them, as in the browser;
/// a subgraph that is used several times gets a copy of its own where only one use is meant.
/// </summary>
internal sealed class UIEditor
{
    // Each round makes one subgraph around the node its own, or removes a link. Subgraphs nest at most 100 deep.
    private const int MaxRounds = 110;

    private readonly ComfyUINodeCatalogue _catalogue;
    private readonly Dictionary<(JsonObject Node, int Slot, string Name), ResolvedEdit> _written = [];
    private readonly Dictionary<(string Node, string Input), ResolvedEdit> _values = [];
    private ExpandedWorkflow? _workflow;
    private Dictionary<string, NodeInstance> _byId = [];
    private JsonObject? _prompt;

    internal UIEditor(JsonObject document, ComfyUINodeCatalogue catalogue)
    {
        Document = (JsonObject)JsonText.Clone(document)!;
        _catalogue = catalogue;
    }

    /// <summary>The copy that is changed.</summary>
    internal JsonObject Document { get; }

    /// <summary>The prompt the document becomes, with texts as they are kept. Values that were set since the structure last changed are not in it yet.</summary>
    internal JsonObject Prompt
    {
        get
        {
            _ = Workflow;
            return _prompt ??= Workflow.WriteAsKept();
        }
    }

    /// <summary>The prompt, and in its manner the nodes that it has not: those of subgraphs, PrimitiveNodes, muted ones.</summary>
    internal JsonObject Everything
    {
        get
        {
            var everything = (JsonObject)JsonText.Clone(Prompt)!;
            foreach (NodeInstance node in Workflow.Nodes)
            {
                if (!everything.ContainsKey(node.ExecutionId))
                {
                    everything[node.ExecutionId] = UINodeView.Describe(node);
                }
            }

            return everything;
        }
    }

    /// <summary>The document laid out.</summary>
    internal ExpandedWorkflow Workflow
    {
        get
        {
            if (_workflow is null)
            {
                _workflow = WorkflowConverter.Expand(Document, _catalogue, WorkflowInputReader.AsKept);
                _prompt = null;
                _byId = [];
                foreach (NodeInstance node in _workflow.Nodes)
                {
                    _byId[node.ExecutionId] = node;
                }
            }

            return _workflow;
        }
    }

    internal void Apply(ResolvedEdit edit)
    {
        switch (edit.Edit)
        {
            case ValueEdit:
                SetValue(edit);
                break;
            case LinkEdit:
                SetLink(edit);
                break;
            case UnlinkEdit:
                RemoveLink(Own(edit.NodeId), edit.Input);
                _values.Remove((edit.NodeId, edit.Input));
                break;
            case ModeEdit mode:
                Own(edit.NodeId).Node.Json!["mode"] = JsonNumber.TryCreate((int)mode.Mode);
                _workflow = null;
                break;
        }
    }

    /// <summary>Whether the browser would send something else than this text: it works out <c>{a|b}</c>, comments, and <c>%date%</c> in file names.</summary>
    internal bool IsRewritten(ResolvedEdit edit)
    {
        if (JsonRead.Text(edit.Value) is not { } text || !Nodes.TryGetValue(edit.NodeId, out NodeInstance? node))
        {
            return false;
        }

        return (TextReplacer.Applies(node, edit.Input) && text.IndexOf('%') >= 0)
            || (node.FindWidget(edit.Input)?.Definition is { DynamicPrompts: true } && DynamicPrompt.IsDynamic(text));
    }

    /// <summary>Makes sure that the document says what it was told to.</summary>
    /// <exception cref="ComfyUIValidationException">It does not.</exception>
    internal void CheckResult()
    {
        _workflow = null;
        foreach (ResolvedEdit edit in _values.Values)
        {
            if (Prompt[edit.NodeId] is JsonObject node && !JsonEquality.AreEqual(Plain(node["inputs"]?[edit.Input]), Plain(edit.Value)))
            {
                throw NotEditable(edit.NodeId, $"the value of '{edit.Input}' comes from elsewhere");
            }
        }
    }

    private Dictionary<string, NodeInstance> Nodes
    {
        get
        {
            _ = Workflow;
            return _byId;
        }
    }

    private void SetValue(ResolvedEdit edit)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            NodeInstance node = Find(edit.NodeId);
            if (ValuePlaces.IsLinked(Workflow, node, edit.Input))
            {
                RemoveLink(Own(edit.NodeId), edit.Input);
                continue;
            }

            IReadOnlyList<WidgetPlace> places = ValuePlaces.Find(Workflow, node, edit.Input);
            foreach (WidgetPlace place in places)
            {
                if (place.Node.Json is not null && !IsShared(place.Node))
                {
                    Write(place, edit, node);
                    return;
                }
            }

            NodeInstance? holder = null;
            foreach (WidgetPlace place in places)
            {
                holder ??= ValuePlaces.Holder(node, place.Node);
            }

            Separate(holder ?? throw NotEditable(edit.NodeId, $"the document keeps no value for '{edit.Input}'"));
        }

        throw NotEditable(edit.NodeId, "its subgraphs are nested too deep");
    }

    private void Write(WidgetPlace place, ResolvedEdit edit, NodeInstance node)
    {
        var key = (place.Node.Json!, place.Slot, place.Name);
        if (_written.TryGetValue(key, out ResolvedEdit? earlier) && (earlier.NodeId, earlier.Input) != (edit.NodeId, edit.Input)
            && !JsonEquality.AreEqual(earlier.Value, edit.Value))
        {
            throw NotEditable(edit.NodeId, $"'{edit.Edit.Name}' and '{earlier.Edit.Name}' share one value in UI format and cannot differ");
        }

        _written[key] = edit;
        NodeInstance? owner = ValuePlaces.Holder(node, place.Node);
        UIValues.Write(place, Plain(edit.Value), owner);
        _values[(edit.NodeId, edit.Input)] = edit;
        if (node.ClassType == CustomCombo.ClassName || node.FindWidget(edit.Input)?.Definition?.WidgetType == WidgetTypes.DynamicCombo)
        {
            // Which widgets there are follows from the value.
            _workflow = null;
        }
    }

    private void SetLink(ResolvedEdit edit)
    {
        NodeInstance target = Own(edit.NodeId);
        NodeInstance source = Find(edit.Source.NodeId);
        if (!ReferenceEquals(source.Scope, target.Scope))
        {
            throw NotEditable(edit.NodeId, $"node {edit.Source.NodeId} is in another subgraph");
        }

        UILinks.Remove(GraphOf(target), target, edit.Input);
        UILinks.Add(GraphOf(target), target, edit.Input, source, edit.Source.Slot);
        _values.Remove((edit.NodeId, edit.Input));
        _workflow = null;
    }

    private void RemoveLink(NodeInstance node, string input)
    {
        UILinks.Remove(GraphOf(node), node, input);
        _workflow = null;
    }

    private NodeInstance Find(string nodeId)
        => Nodes.TryGetValue(nodeId, out NodeInstance? node) ? node : throw NotEditable(nodeId, "the document has no such node");

    /// <summary>The node, once no other use of the same subgraph shares it.</summary>
    private NodeInstance Own(string nodeId)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            NodeInstance node = Find(nodeId);
            if (node.Node.Json is null)
            {
                throw NotEditable(nodeId, "it is inside a group node");
            }

            if (!IsShared(node.Node))
            {
                return node;
            }

            Separate(node);
        }

        throw NotEditable(nodeId, "its subgraphs are nested too deep");
    }

    private bool IsShared(GraphNode graphNode)
    {
        int count = 0;
        foreach (NodeInstance node in Workflow.Nodes)
        {
            count += ReferenceEquals(node.Node, graphNode) ? 1 : 0;
        }

        return count > 1;
    }

    /// <summary>Gives the outermost subgraph around the node that is used more than once a copy of its own.</summary>
    private void Separate(NodeInstance node)
    {
        NodeInstance? outermost = null;
        for (NodeInstance? host = node.Scope.Host; host is not null; host = host.Scope.Host)
        {
            int uses = 0;
            foreach (NodeInstance other in Workflow.Nodes)
            {
                uses += ReferenceEquals(other.Subgraph, host.Subgraph) ? 1 : 0;
            }

            outermost = uses > 1 ? host : outermost;
        }

        if (outermost?.Subgraph!.Json is not { Parent: JsonArray definitions } definition || outermost.Node.Json is not { } json)
        {
            throw NotEditable(node.ExecutionId, "it is inside a group node that is used several times");
        }

        string id = System.Guid.NewGuid().ToString();
        var copy = (JsonObject)JsonText.Clone(definition)!;
        copy["id"] = JsonValue.Create(id);
        definitions.Add(copy);
        json["type"] = JsonValue.Create(id);
        _workflow = null;
    }

    private JsonObject GraphOf(NodeInstance node)
        => node.Scope.Host is null ? Document
            : node.Scope.Definition?.Json ?? throw NotEditable(node.ExecutionId, "it is inside a group node");

    // A prompt wraps a list of values; a UI document does not.
    private static JsonNode? Plain(JsonNode? value) => value is JsonObject { Count: 1 } wrapped && wrapped["__value__"] is { } list ? list : value;

    private static ComfyUIValidationException NotEditable(string nodeId, string reason)
        => new(ComfyUIErrorId.WorkflowNotEditable, $"Node {nodeId} cannot be changed so in the UI format: {reason}.")
        {
            RecommendedAction = "Turn the workflow into API format first, with ConvertTo-ComfyUIPrompt, and change that.",
        };
}
