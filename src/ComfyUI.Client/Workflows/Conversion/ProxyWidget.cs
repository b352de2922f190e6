using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>An entry of <c>properties.proxyWidgets</c>: a widget of a node inside that a subgraph's node shows.</summary>
internal sealed record ProxyWidget(string NodeId, string WidgetName, string? SourceNodeId)
{
    /// <summary>The node id that means the subgraph's node itself.</summary>
    internal const string Self = "-1";

    internal static IReadOnlyList<ProxyWidget> Read(JsonNode? json)
    {
        if (JsonRead.Text(json) is { } text)
        {
            // Some files hold the list as JSON text.
            try
            {
                json = JsonText.Parse(text);
            }
            catch (JsonException)
            {
                json = null;
            }
        }

        var proxies = new List<ProxyWidget>();
        foreach (JsonNode? item in json is JsonArray ? JsonRead.Items(json) : [])
        {
            JsonArray? tuple = item as JsonArray;
            string? source = tuple is { Count: >= 3 } ? JsonRead.Key(tuple[2]) : null;
            proxies.Add(new ProxyWidget(
                tuple is { Count: >= 2 } ? JsonRead.Key(tuple[0]) ?? string.Empty : string.Empty,
                tuple is { Count: >= 2 } ? JsonRead.Text(tuple[1]) ?? string.Empty : string.Empty,
                source));
        }

        return proxies;
    }

    /// <summary>The name as it stands, then without the node ids that one generation of files wrote before it (<c>12: text</c>).</summary>
    internal IEnumerable<string> PossibleNames()
    {
        string name = WidgetName;
        yield return name;
        while (name.IndexOf(':', 0) is var colon && colon > 0 && IsNumber(name.Substring(0, colon)))
        {
            name = name.Substring(colon + 1).TrimStart();
            yield return name;
        }
    }

    private static bool IsNumber(string text)
    {
        foreach (char c in text.Trim())
        {
            if (c is < '0' or > '9')
            {
                return false;
            }
        }

        return text.Trim().Length > 0;
    }
}
