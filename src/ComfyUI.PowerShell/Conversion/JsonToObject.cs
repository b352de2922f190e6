using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Turns JSON into PowerShell's objects as ConvertFrom-Json does, but keeps what that changes: texts that look like times stay texts, and
/// integers stay whole, as long as they fit, else as BigInteger.
/// </summary>
internal static class JsonToObject
{
    internal static object? Convert(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonObject source:
                return FromObject(source);
            case JsonArray source:
                var items = new object?[source.Count];
                for (int i = 0; i < items.Length; i++)
                {
                    items[i] = Convert(source[i]);
                }

                return items;
            default:
                return FromValue((JsonValue)node);
        }
    }

    private static object FromObject(JsonObject source)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        bool asProperties = true;
        foreach (KeyValuePair<string, JsonNode?> member in source)
        {
            // A property needs a name, and two names that differ in case only would be one property.
            asProperties &= member.Key.Length > 0 && names.Add(member.Key);
        }

        if (!asProperties)
        {
            var table = new System.Collections.Specialized.OrderedDictionary(source.Count, StringComparer.Ordinal);
            foreach (KeyValuePair<string, JsonNode?> member in source)
            {
                table[member.Key] = Convert(member.Value);
            }

            return table;
        }

        var result = new PSObject();
        foreach (KeyValuePair<string, JsonNode?> member in source)
        {
            result.Properties.Add(new PSNoteProperty(member.Key, Convert(member.Value)));
        }

        return result;
    }

    private static object FromValue(JsonValue value)
    {
        if (value.TryGetValue(out string? text))
        {
            return text;
        }

        if (value.TryGetValue(out bool flag))
        {
            return flag;
        }

        return value.TryGetValue(out JsonElement element) ? FromNumber(element.GetRawText()) : value.GetValue<double>();
    }

    private static object FromNumber(string text)
    {
        bool whole = text.IndexOfAny(['.', 'e', 'E']) < 0;
        if (whole && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int small))
        {
            return small;
        }

        if (whole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large))
        {
            return large;
        }

        if (whole && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned))
        {
            return unsigned;
        }

        return whole
            ? BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
