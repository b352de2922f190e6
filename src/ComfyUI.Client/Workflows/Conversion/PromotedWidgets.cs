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
        // Values by name are not what this generation writes; there is no telling where one of these would go.
        if (host.Node.WidgetValues is JsonObject)
        {
            return;
        }

        var values = host.Node.WidgetValues as JsonArray;
        for (int i = 0; i < proxies.Count; i++)
        {
            Apply(host, proxies[i], i < values?.Count ? values[i] : null, new WidgetPlace(host.Node, i, proxies[i].WidgetName));
        }
    }

    private static void Apply(NodeInstance host, ProxyWidget proxy, JsonNode? value, WidgetPlace place)
    {
        if (proxy.NodeId == ProxyWidget.Self)
        {
            Apply(host.FindInput(proxy.WidgetName)?.Promoted, value, place);
            return;
        }

        foreach (string name in proxy.PossibleNames())
        {
            if (FindLinked(host, proxy.NodeId, name) is { } linked)
            {
                Apply(linked, value, place);
                return;
            }

            if (host.Inside!.Find(proxy.NodeId) is not { } inner)
            {
                continue;
            }

            if (inner.Kind == NodeKind.Host)
            {
                if (FindNested(inner, name, proxy.SourceNodeId) is { } nested)
                {
                    Apply(nested, value, place);
                    return;
                }
            }
            else if ((inner.FindWidget(name) ?? (inner.Kind == NodeKind.Primitive ? inner.FindWidget("value") : null)) is { } widget)
            {
                inner.Keep();
                widget.HostPlace = place;
                if (value is not null)
                {
                    widget.Set(value, place);
                }

                return;
            }
        }
    }

    // Null is a hole: the value inside stays.
    private static void Apply(PromotedWidget? promoted, JsonNode? value, WidgetPlace place)
    {
        if (promoted is null)
        {
            return;
        }

        promoted.OwnPlace = place;
        if (value is not null)
        {
            promoted.Set(value, place);
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
        var values = host.Node.WidgetValues as JsonArray;
        if (named is not null && (values is null || values.Count != promoted.Count))
        {
            foreach (LiveInput input in promoted)
            {
                Apply(input.Promoted, named[input.Name], new WidgetPlace(host.Node, -1, input.Name));
            }

            return;
        }

        // Some writers put a slot for control_after_generate behind each seed, as on an ordinary node.
        bool hasControlSlots = values?.Count > promoted.Count;
        int next = 0;
        foreach (LiveInput input in promoted)
        {
            Apply(input.Promoted, next < values?.Count ? values[next] : null, new WidgetPlace(host.Node, next, input.Name));

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
                PromotedWidget? promoted = host.FindInput(name)?.Promoted;
                promoted?.Set(value, promoted.OwnPlace is { } place ? place with { Quarantined = entry } : null);
            }
        }
    }
}
