using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Replaces <c>%date:yyyy-MM-dd%</c> and <c>%Node.widget%</c> in the file names of nodes that save, as the browser does. A
/// node is meant by its property "Node name for S&amp;R", else by its title. What cannot be resolved stays.
/// </summary>
internal sealed class TextReplacer(IReadOnlyList<NodeInstance> nodes, TimeProvider clock)
{
    private const string NameProperty = "Node name for S&R";
    internal const string FileNameWidget = "filename_prefix";

    private static readonly HashSet<string> SavingClasses = new(StringComparer.Ordinal)
    {
        "SaveImage", "SaveImageAdvanced", "SaveSVGNode", "SaveVideo", "SaveAnimatedWEBP", "SaveAnimatedPNG", "SaveWEBM", "SaveAudio",
        "SaveAudioMP3", "SaveAudioOpus", "SaveAudioAdvanced", "SaveGLB", "CLIPSave", "VAESave", "ModelSave", "LoraSave", "SaveLatent",
    };

    private Dictionary<string, NodeInstance>? _byName;
    private Dictionary<string, NodeInstance>? _byTitle;

    internal static bool Applies(NodeInstance node, string widgetName) => widgetName == FileNameWidget && SavingClasses.Contains(node.ClassType);

    internal string Replace(string text)
    {
        if (text.IndexOf('%', 0) < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        int position = 0;
        while (position < text.Length)
        {
            int open = text.IndexOf('%', position);
            int close = open < 0 || open + 1 >= text.Length ? -1 : text.IndexOf('%', open + 1);
            if (close < 0)
            {
                break;
            }

            if (close == open + 1)
            {
                // "%%" begins nothing; its second sign may.
                result.Append(text, position, close - position);
                position = close;
                continue;
            }

            string pattern = text.Substring(open + 1, close - open - 1);
            result.Append(text, position, open - position).Append(Resolve(pattern) ?? "%" + pattern + "%");
            position = close + 1;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private string? Resolve(string pattern)
    {
        string[] parts = pattern.Split('.');
        if (parts.Length != 2)
        {
            return parts[0].StartsWith("date:", StringComparison.Ordinal)
                ? DatePattern.Format(parts[0].Substring("date:".Length), clock.GetLocalNow())
                : null;
        }

        return Find(parts[0])?.FindWidget(parts[1]) is { } widget ? FileNameSafe(Text(widget.Value)) : null;
    }

    private NodeInstance? Find(string name)
    {
        if (_byName is null || _byTitle is null)
        {
            _byName = new Dictionary<string, NodeInstance>(StringComparer.Ordinal);
            _byTitle = new Dictionary<string, NodeInstance>(StringComparer.Ordinal);
            foreach (NodeInstance node in nodes)
            {
                string? alias = JsonRead.Text(node.Node.Properties?[NameProperty]);
                if (alias is null && node.Kind == NodeKind.Server && !SavingClasses.Contains(node.ClassType))
                {
                    alias = node.ClassType;
                }

                AddFirst(_byName, alias, node);
                AddFirst(_byTitle, node.Node.Title ?? node.Definition?.DisplayName ?? node.Node.Type, node);
            }
        }

        return _byName.TryGetValue(name, out NodeInstance? found) || _byTitle.TryGetValue(name, out found) ? found : null;
    }

    private static void AddFirst(Dictionary<string, NodeInstance> map, string? name, NodeInstance node)
    {
        if (name is not null && !map.ContainsKey(name))
        {
            map.Add(name, node);
        }
    }

    // As JavaScript turns a value into text.
    private static string Text(JsonNode? value)
    {
        if (value is not JsonValue plain)
        {
            return value is JsonArray array ? string.Join(",", Texts(array)) : value is null ? string.Empty : "[object Object]";
        }

        if (plain.TryGetValue(out string? text))
        {
            return text;
        }

        if (plain.TryGetValue(out bool flag))
        {
            return flag ? "true" : "false";
        }

        if (plain.TryGetValue(out JsonElement element) && element.ValueKind == JsonValueKind.Number)
        {
            string literal = element.GetRawText();
            return literal.IndexOfAny(['.', 'e', 'E']) < 0 ? literal : element.GetDouble().ToString("R", CultureInfo.InvariantCulture);
        }

        return plain.ToString();
    }

    private static IEnumerable<string> Texts(JsonArray array)
    {
        foreach (JsonNode? item in array)
        {
            yield return Text(item);
        }
    }

    private static string FileNameSafe(string text)
    {
        var result = new StringBuilder(text);
        for (int i = 0; i < result.Length; i++)
        {
            if (result[i] is '/' or '?' or '<' or '>' or '\\' or ':' or '*' or '|' or '"' or '\x7F' || result[i] < ' ')
            {
                result[i] = '_';
            }
        }

        return result.ToString();
    }
}
