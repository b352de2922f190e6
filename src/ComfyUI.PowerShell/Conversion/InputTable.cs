using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.PowerShell;

/// <summary>Reads a table of inputs, such as <c>@{ 'KSampler.steps' = 30 }</c>.</summary>
internal static class InputTable
{
    internal static List<KeyValuePair<string, JsonNode?>> Read(IDictionary table)
    {
        var values = new List<KeyValuePair<string, JsonNode?>>();
        foreach (DictionaryEntry entry in table)
        {
            string name = Convert.ToString(ObjectToJson.Unwrap(entry.Key), CultureInfo.InvariantCulture)!;
            values.Add(new KeyValuePair<string, JsonNode?>(name, ObjectToJson.Convert(entry.Value)));
        }

        return values;
    }
}
