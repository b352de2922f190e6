using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Turns a workflow as the interface saves it (save formats 0.4 and 1.0) into the prompt that the interface would send
/// for it: the API format. Values go as saved; control_after_generate acts after queueing and so changes nothing here.
/// </summary>
internal static class WorkflowConverter
{
    /// <summary>Converts a workflow.</summary>
    /// <param name="uiWorkflow">The UI document. It is only read.</param>
    /// <param name="catalogue">The classes of the server that is to run it.</param>
    /// <param name="options">How to convert; null for the interface's ways.</param>
    /// <exception cref="ComfyUIValidationException">
    /// It is no workflow, the server lacks a class it needs, its links or subgraphs go in circles, or it is beyond all measure.
    /// </exception>
    internal static ConversionResult Convert(JsonObject uiWorkflow, ComfyUINodeCatalogue catalogue, ConversionOptions? options = null)
        => Convert(uiWorkflow, JsonText.ToElement(uiWorkflow), catalogue, options);

    /// <param name="uiWorkflow">The UI document.</param>
    /// <param name="text">The same as text, which is what is read.</param>
    /// <inheritdoc cref="Convert(JsonObject, ComfyUINodeCatalogue, ConversionOptions)"/>
    internal static ConversionResult Convert(JsonObject uiWorkflow, JsonElement text, ComfyUINodeCatalogue catalogue, ConversionOptions? options = null)
    {
        options ??= new ConversionOptions();
        ExpandedWorkflow expanded = Expand(text, null, catalogue, options);
        var writer = new PromptWriter(expanded.Links, expanded.Replacer, options, expanded.Warnings);
        return new ConversionResult(writer.Write(expanded.Nodes), uiWorkflow, expanded.Warnings);
    }

    /// <summary>Lays a workflow out as the interface would have it after loading, with every value where it ends up.</summary>
    /// <param name="uiWorkflow">The UI document. Its nodes can be edited by what comes back.</param>
    /// <param name="catalogue">The classes of the server that is to run it.</param>
    /// <param name="options">How to convert.</param>
    /// <inheritdoc cref="Convert(JsonObject, ComfyUINodeCatalogue, ConversionOptions)" path="/exception"/>
    internal static ExpandedWorkflow Expand(JsonObject uiWorkflow, ComfyUINodeCatalogue catalogue, ConversionOptions options)
        => Expand(JsonText.ToElement(uiWorkflow), uiWorkflow, catalogue, options);

    private static ExpandedWorkflow Expand(JsonElement text, JsonObject? editable, ComfyUINodeCatalogue catalogue, ConversionOptions options)
    {
        var warnings = new List<ComfyUIConversionWarning>();
        var reader = new GraphReader(warnings);
        WorkflowGraph root = reader.ReadRoot(text, editable);
        var groupNodes = new GroupNodeReader(text, editable, catalogue);
        var expander = new GraphExpander(catalogue, reader.Subgraphs, groupNodes, options, warnings);
        GraphScope scope = expander.Expand(root);
        List<NodeInstance> nodes = expander.Instances;
        CheckClasses(nodes, options, warnings);

        var widgets = new WidgetReader();
        var matchTypes = new MatchTypes();
        var replacer = new TextReplacer(nodes, options.TimeProvider ?? TimeProvider.System);
        Action<NodeInstance> read = node =>
        {
            widgets.Read(node);
            matchTypes.Solve(node);
        };

        foreach (NodeInstance node in nodes)
        {
            node.Reader = read;
            if (node.Kind != NodeKind.Server)
            {
                node.Keep();
            }
        }

        // A subgraph's node shows what is inside it, so the inside comes first.
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Kind == NodeKind.Host)
            {
                ResolveHost(nodes[i], groupNodes);
            }
        }

        foreach (NodeInstance node in nodes.Exists(node => node.Kind == NodeKind.Primitive) ? nodes : [])
        {
            PrimitiveValues.Apply(node, replacer);
        }

        return new ExpandedWorkflow(scope, nodes, new LinkResolver(warnings), replacer, warnings);
    }

    private static void ResolveHost(NodeInstance host, GroupNodeReader groupNodes)
    {
        if (groupNodes.Find(host.Node.Type) is { } group && ReferenceEquals(group.Graph, host.Subgraph))
        {
            group.ApplyValues(host);
        }
        else
        {
            PromotedWidgets.Resolve(host);
        }
    }

    private static void CheckClasses(List<NodeInstance> nodes, ConversionOptions options, List<ComfyUIConversionWarning> warnings)
    {
        var errors = new List<ComfyUINodeError>();
        foreach (NodeInstance node in nodes)
        {
            if (node.Kind != NodeKind.Unknown || !node.IsActive)
            {
                continue;
            }

            string? pack = Pack(node.Node);
            if (options.AllowUnknownClasses)
            {
                warnings.Add(new ComfyUIConversionWarning(
                    node.ExecutionId, node.Node.Type, "The class is unknown; its values were taken as the file names them."));
            }
            else
            {
                errors.Add(new ComfyUINodeError
                {
                    NodeId = node.ExecutionId,
                    ClassType = node.Node.Type,
                    Type = WorkflowValidator.MissingClass,
                    Message = "The server does not know this class",
                    Details = pack is null ? string.Empty : "it comes with " + pack,
                });
            }
        }

        if (errors.Count > 0)
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.UnknownNodeClass, Describe(errors))
            {
                NodeErrors = errors,
                RecommendedAction = "Install the packs on the server, for example with ComfyUI Manager, or mute the nodes in the workflow.",
            };
        }
    }

    /// <summary>The pack a node comes with, as far as the file says.</summary>
    internal static string? Pack(GraphNode node) => Pack(node.Properties);

    internal static string? Pack(JsonObject? properties)
        => JsonRead.Text(properties?["cnr_id"]) is { Length: > 0 } registryId ? registryId
            : JsonRead.Text(properties?["aux_id"]) is { Length: > 0 } repository ? repository
            : null;

    private static string Describe(List<ComfyUINodeError> errors)
    {
        var message = new StringBuilder("The workflow needs node classes that the server does not have:");
        foreach (ComfyUINodeError error in errors)
        {
            message.AppendLine().Append("  node ").Append(error.NodeId).Append(": ").Append(error.ClassType.Length == 0 ? "(no class)" : error.ClassType);
            if (error.Details.Length > 0)
            {
                message.Append(" (").Append(error.Details).Append(')');
            }
        }

        return message.ToString();
    }
}
