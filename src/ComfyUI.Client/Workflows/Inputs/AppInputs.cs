using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// The inputs that an App shows (<c>extra.linearData.inputs</c>), as inputs of the prompt. Each entry is <c>[id, widget]</c>, with more behind it
/// that does not matter here; three generations of files write the id differently.
/// </summary>
internal sealed class AppInputs
{
    private readonly Dictionary<(string Node, string Input), int> _order = [];

    /// <summary>The entries that mean nothing the workflow has, as the browser leaves out silently.</summary>
    internal List<string> Missing { get; } = [];

    internal int? Order(string node, string input) => _order.TryGetValue((node, input), out int order) ? order : null;

    internal static bool AreIn(JsonObject document) => Entries(document) is { Count: > 0 };

    /// <summary>Reads them; null when the document is no App.</summary>
    internal static AppInputs? Read(JsonObject document, ExpandedWorkflow workflow)
    {
        if (Entries(document) is not { } entries)
        {
            return null;
        }

        var app = new AppInputs();
        var finder = new WidgetFinder(workflow, JsonRead.Key(document["id"]));
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not JsonArray { Count: >= 1 } entry || JsonRead.Key(entry[0]) is not { } id)
            {
                continue;
            }

            string name = entry.Count > 1 ? JsonRead.Text(entry[1]) ?? string.Empty : string.Empty;
            bool found = false;
            foreach ((string Node, string Input) input in finder.Find(id, name))
            {
                found = true;
                if (!app._order.ContainsKey(input))
                {
                    app._order.Add(input, i);
                }
            }

            if (!found)
            {
                app.Missing.Add(id + "." + name);
            }
        }

        return app;
    }

    private static JsonArray? Entries(JsonObject document) => document.Object("extra")?.Object("linearData")?.Array("inputs");
}
