using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Finds group nodes (type <c>workflow&gt;Name</c> or <c>workflow/Name</c>), the forerunners of subgraphs, in <c>extra.groupNodes</c>.</summary>
internal sealed class GroupNodeReader(JsonObject workflow, ComfyUINodeCatalogue catalogue)
{
    private readonly JsonObject? _definitions = (workflow["extra"] as JsonObject)?["groupNodes"] as JsonObject;
    private readonly Dictionary<string, GroupNode?> _groups = new(StringComparer.Ordinal);

    /// <summary>Whether a node type is that of a group.</summary>
    internal static bool IsGroup(string type) => type.StartsWith("workflow>", StringComparison.Ordinal) || type.StartsWith("workflow/", StringComparison.Ordinal);

    /// <summary>The group of that node type; null when the type is none or the file does not define it.</summary>
    internal GroupNode? Find(string type)
    {
        if (_definitions is null || !IsGroup(type))
        {
            return null;
        }

        if (!_groups.TryGetValue(type, out GroupNode? group))
        {
            string name = type.Substring("workflow>".Length);
            group = _definitions[name] is JsonObject json && json["nodes"] is JsonArray ? new GroupNodeBuilder(json, name, catalogue).Build() : null;
            _groups.Add(type, group);
        }

        return group;
    }
}
