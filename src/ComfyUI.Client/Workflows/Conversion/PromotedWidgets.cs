using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Works out what a subgraph's node shows of the widgets inside, and the values it holds for them. Three generations of
/// files say it differently: a list of pairs in <c>properties.proxyWidgets</c>, values in the order of the subgraph's
/// inputs, and both.
/// </summary>
internal static class PromotedWidgets
{
    /// <summary>Finds the promoted widgets of one node and sets their values. Nodes inside must have been done before.</summary>
    internal static void Resolve(NodeInstance host)
    {
        SubgraphDefinition subgraph = host.Subgraph!;
        for (int i = 0; i < subgraph.Inputs.Count; i++)
        {
            host.Inputs[i].Promoted = FindSource(host, subgraph, i);
        }

        IReadOnlyList<ProxyWidget> proxies = ProxyWidget.Read(host.Node.Properties?["proxyWidgets"]);
        if (proxies.Count > 0)
        {
            ApplyProxies(host, proxies);
        }
        else
        {
            ApplyInOrder(host);
        }

        ApplyQuarantine(host);
    }

    // The first of an input's links that ends at a widget decides.
    private static PromotedWidget? FindSource(NodeInstance host, SubgraphDefinition subgraph, int slot)
    {
        foreach (string linkId in subgraph.Inputs[slot].LinkIds)
        {
            if (host.Inside!.FindFedInput(linkId) is { } fed && (fed.Input.Promoted is not null || fed.Input.Widget is not null))
            {
                return new PromotedWidget(fed.Node, fed.Input.Widget, fed.Input.Promoted, fed.Input.Widget?.Name ?? fed.Input.Name);
            }
        }

        return null;
    }

    private static void ApplyProxies(NodeInstance host, IReadOnlyList<ProxyWidget> proxies)
    {
        if (host.Node.WidgetValues is not JsonArray values)
        {
            return;
        }

        for (int i = 0; i < proxies.Count && i < values.Count; i++)
        {
            // Null is a hole: the value inside stays.
            if (values[i] is { } value)
            {
                Apply(host, proxies[i], value);
            }
        }
    }

    private static void Apply(NodeInstance host, ProxyWidget proxy, JsonNode value)
    {
        if (proxy.NodeId == ProxyWidget.Self)
        {
            host.FindInput(proxy.WidgetName)?.Promoted?.Set(value);
            return;
        }

        foreach (string name in proxy.PossibleNames())
        {
            if (FindLinked(host, proxy.NodeId, name) is { } linked)
            {
                linked.Set(value);
                return;
            }

            if (!host.Inside!.Nodes.TryGetValue(proxy.NodeId, out NodeInstance? inner))
            {
                continue;
            }

            if (inner.Kind == NodeKind.Host)
            {
                if (FindNested(inner, name, proxy.SourceNodeId) is { } nested)
                {
                    nested.Set(value);
                    return;
                }
            }
            else if ((inner.FindWidget(name) ?? (inner.Kind == NodeKind.Primitive ? inner.FindWidget("value") : null)) is { } widget)
            {
                widget.Set(value);
                return;
            }
        }
    }

    private static PromotedWidget? FindLinked(NodeInstance host, string nodeId, string name)
    {
        foreach (LiveInput input in host.Inputs)
        {
            if (input.Promoted is { } promoted && promoted.Source.Node.Id == nodeId && promoted.SourceName == name)
            {
                return promoted;
            }
        }

        return null;
    }

    private static PromotedWidget? FindNested(NodeInstance inner, string name, string? sourceNodeId)
    {
        foreach (LiveInput input in inner.Inputs)
        {
            if (input.Promoted is { } promoted
                && (sourceNodeId is null ? input.Name == name || promoted.SourceName == name : promoted.SourceName == name && promoted.Source.Node.Id == sourceNodeId))
            {
                return promoted;
            }
        }

        return null;
    }

    private static void ApplyInOrder(NodeInstance host)
    {
        var promoted = new List<LiveInput>();
        foreach (LiveInput input in host.Inputs)
        {
            if (input.Promoted is not null)
            {
                promoted.Add(input);
            }
        }

        JsonObject? named = host.Node.WidgetValues as JsonObject ?? host.Node.NamedWidgetValues;
        if (host.Node.WidgetValues is not JsonArray values || (values.Count != promoted.Count && named is not null))
        {
            foreach (LiveInput input in promoted)
            {
                if (named?[input.Name] is { } value)
                {
                    input.Promoted!.Set(value);
                }
            }

            return;
        }

        // Some writers put a slot for control_after_generate behind each seed, as on an ordinary node.
        bool hasControlSlots = values.Count > promoted.Count;
        int next = 0;
        foreach (LiveInput input in promoted)
        {
            if (next < values.Count && values[next] is { } value)
            {
                input.Promoted!.Set(value);
            }

            next++;
            if (hasControlSlots && input.Promoted!.Definition is { ControlAfterGenerate: true })
            {
                next++;
            }
        }
    }

    // What the interface could not place when it moved an older file to the new form, it kept here.
    private static void ApplyQuarantine(NodeInstance host)
    {
        if (host.Node.Properties?["proxyWidgetErrorQuarantine"] is not JsonArray entries)
        {
            return;
        }

        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i] is JsonObject entry && entry["hostValue"] is { } value && entry["originalEntry"] is JsonArray { Count: >= 2 } original
                && JsonRead.Key(original[0]) == ProxyWidget.Self && JsonRead.Text(original[1]) is { } name)
            {
                host.FindInput(name)?.Promoted?.Set(value);
            }
        }
    }
}
