using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client.Tests;

/// <summary>Compares prompts by the rules of the corpus: what is expected must be there; what is more must be newer than the file.</summary>
internal static class PromptComparer
{
    private static readonly HashSet<string> InterfaceInputs = new(StringComparer.Ordinal)
    {
        "upload", "choose file to upload", "audioUI", "video-preview", "refresh", "speak_and_recognation",
    };

    /// <summary>The differences, one a line; empty when there are none.</summary>
    internal static List<string> Compare(JsonObject expected, JsonObject actual, HashSet<string> newerInputs, Func<string, bool>? isKnownClass = null)
    {
        var differences = new List<string>();
        foreach ((string id, JsonNode? node) in expected)
        {
            string classType = node!["class_type"]!.GetValue<string>();
            bool known = isKnownClass is null || isKnownClass(classType);
            if (actual[id] is not JsonObject found)
            {
                if (known)
                {
                    differences.Add($"{id} {classType}: missing");
                }
            }
            else if (found["class_type"]!.GetValue<string>() != classType)
            {
                differences.Add($"{id} {classType}: is {found["class_type"]}");
            }
            else if (known)
            {
                CompareInputs(id, classType, (JsonObject)node["inputs"]!, (JsonObject)found["inputs"]!, newerInputs, differences);
            }
        }

        differences.AddRange(actual.Where(node => expected[node.Key] is null).Select(node => $"{node.Key} {node.Value!["class_type"]}: not expected"));
        return differences;
    }

    /// <summary>Renames the nodes of one prompt to those of the other where class, values and neighbours agree; null when they cannot be matched.</summary>
    internal static JsonObject? Rename(JsonObject expected, JsonObject actual)
    {
        var expectedKeys = new GraphKeys(expected);
        var actualKeys = new GraphKeys(actual);
        var byKey = new Dictionary<string, Queue<string>>(StringComparer.Ordinal);
        foreach (string id in expectedKeys.Ids)
        {
            string key = expectedKeys.Of(id);
            if (!byKey.TryGetValue(key, out Queue<string>? ids))
            {
                byKey.Add(key, ids = new Queue<string>());
            }

            ids.Enqueue(id);
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string id in actualKeys.Ids)
        {
            if (!byKey.TryGetValue(actualKeys.Of(id), out Queue<string>? ids) || ids.Count == 0)
            {
                return null;
            }

            names[id] = ids.Dequeue();
        }

        var renamed = new JsonObject();
        foreach ((string id, JsonNode? node) in actual)
        {
            var copy = (JsonObject)JsonText.Clone(node)!;
            foreach (KeyValuePair<string, JsonNode?> input in ((JsonObject)copy["inputs"]!).ToList())
            {
                if (IsLink(input.Value, actual))
                {
                    copy["inputs"]![input.Key] = new JsonArray(JsonValue.Create(names[input.Value![0]!.ToString()]), JsonText.Clone(input.Value[1]));
                }
            }

            renamed[names[id]] = copy;
        }

        return renamed;
    }

    internal static bool AreEqual(JsonNode? a, JsonNode? b)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        if (a is JsonObject left && b is JsonObject right)
        {
            return left.Count == right.Count && left.All(pair => right.ContainsKey(pair.Key) && AreEqual(pair.Value, right[pair.Key]));
        }

        if (a is JsonArray leftItems && b is JsonArray rightItems)
        {
            return leftItems.Count == rightItems.Count && leftItems.Zip(rightItems).All(pair => AreEqual(pair.First, pair.Second));
        }

        if (a is JsonValue x && b is JsonValue y)
        {
            JsonValueKind kind = x.GetValueKind();
            if (kind != y.GetValueKind())
            {
                return false;
            }

            if (kind != JsonValueKind.Number)
            {
                return JsonText.Write(x) == JsonText.Write(y);
            }

            // The browser rounds integers beyond 2^53.
            return JsonText.Write(x) == JsonText.Write(y) || double.Parse(JsonText.Write(x)) == double.Parse(JsonText.Write(y));
        }

        return false;
    }

    private static bool IsLink(JsonNode? value, JsonObject prompt)
        => value is JsonArray { Count: 2 } link && link[0] is JsonValue id && prompt.ContainsKey(id.ToString());

    private static void CompareInputs(
        string id, string classType, JsonObject expected, JsonObject actual, HashSet<string> newerInputs, List<string> differences)
    {
        foreach ((string name, JsonNode? value) in expected)
        {
            if (InterfaceInputs.Contains(name))
            {
                continue;
            }

            if (!actual.ContainsKey(name))
            {
                differences.Add($"{id} {classType}.{name}: missing, expected {Short(value)}");
            }
            else if (!AreEqual(Normal(value), Normal(actual[name])))
            {
                differences.Add($"{id} {classType}.{name}: {Short(actual[name])}, expected {Short(value)}");
            }
        }

        foreach ((string name, JsonNode? value) in actual)
        {
            if (!expected.ContainsKey(name) && !InterfaceInputs.Contains(name) && !newerInputs.Contains(classType + "." + name))
            {
                differences.Add($"{id} {classType}.{name}: {Short(value)}, not expected");
            }
        }
    }

    // Old prompts have numbers for node ids in links.
    private static JsonNode? Normal(JsonNode? value)
        => value is JsonArray { Count: 2 } link && link[0] is JsonValue
            ? new JsonArray(JsonValue.Create(link[0]!.ToString()), JsonText.Clone(link[1]))
            : value;

    private static string Short(JsonNode? value)
    {
        string text = JsonText.Write(value);
        return text.Length > 80 ? text.Substring(0, 80) + "..." : text;
    }

    /// <summary>A text for each node that says all but its id: class, values, and the same of what feeds it.</summary>
    private sealed class GraphKeys(JsonObject prompt)
    {
        private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

        internal IEnumerable<string> Ids => prompt.Select(node => node.Key);

        internal string Of(string id)
        {
            if (!_keys.TryGetValue(id, out string? key))
            {
                _keys[id] = "(circle)";
                JsonNode node = prompt[id]!;
                IEnumerable<string> inputs = ((JsonObject)node["inputs"]!).Where(input => !InterfaceInputs.Contains(input.Key))
                    .OrderBy(input => input.Key, StringComparer.Ordinal)
                    .Select(input => input.Key + "=" + (IsLink(input.Value, prompt)
                        ? Of(input.Value![0]!.ToString()) + "[" + input.Value[1] + "]"
                        : Canonical(input.Value)));
                key = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                    System.Text.Encoding.UTF8.GetBytes(node["class_type"] + "{" + string.Join(";", inputs) + "}")));
                _keys[id] = key;
            }

            return key;
        }

        private static string Canonical(JsonNode? value) => value switch
        {
            JsonObject map => "{" + string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + ":" + Canonical(p.Value))) + "}",
            JsonArray list => "[" + string.Join(",", list.Select(Canonical)) + "]",
            JsonValue number when number.GetValueKind() == JsonValueKind.Number => double.Parse(JsonText.Write(number)).ToString("R"),
            _ => JsonText.Write(value),
        };
    }
}
