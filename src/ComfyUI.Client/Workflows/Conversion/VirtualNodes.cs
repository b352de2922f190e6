using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>The classes that exist in the browser only. The server's catalogue has none of them.</summary>
internal static class VirtualNodes
{
    /// <summary>The class whose value goes into the widgets it is linked to.</summary>
    internal const string Primitive = "PrimitiveNode";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "Reroute",
        "Note",
        "MarkdownNote",

        // rgthree-comfy
        "Reroute (rgthree)",
        "Bookmark (rgthree)",
        "Label (rgthree)",
        "Node Collector (rgthree)",
        "Node Combiner (rgthree)",
        "Fast Muter (rgthree)",
        "Fast Bypasser (rgthree)",
        "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)",
        "Fast Actions Button (rgthree)",
        "Mute / Bypass Relay (rgthree)",
        "Mute / Bypass Repeater (rgthree)",
        "Random Unmuter (rgthree)",

        // Notes and labels of other packs
        "Note Plus (mtb)",
        "LabelNode",
        "Note _O",
        "workspace/label",
    };

    private static readonly HashSet<string> SetNames = new(StringComparer.Ordinal) { "SetNode", "easy setNode" };
    private static readonly HashSet<string> GetNames = new(StringComparer.Ordinal) { "GetNode", "easy getNode" };

    internal static NodeKind? Classify(string type)
        => type is Primitive or EverywhereLinks.Seed ? NodeKind.Primitive
        : GetNames.Contains(type) ? NodeKind.Get
        : Names.Contains(type) || SetNames.Contains(type) || EverywhereLinks.IsSender(type) ? NodeKind.Virtual
        : null;

    internal static bool IsSet(GraphNode node) => SetNames.Contains(node.Type);

    /// <summary>The name that ties Get and Set nodes together.</summary>
    internal static string? PairName(GraphNode node) => node.WidgetValues switch
    {
        JsonArray { Count: > 0 } values => JsonRead.Text(values[0]),
        JsonObject values => JsonRead.Text(values["Constant"]) ?? JsonRead.Text(values["constant"]),
        _ => null,
    };
}
