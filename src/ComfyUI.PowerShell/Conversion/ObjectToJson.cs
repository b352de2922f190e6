using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Security;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Turns PowerShell's objects into JSON: hashtables, what ConvertFrom-Json gives, arrays and plain values, with numbers of every kind
/// exact and without a limit of depth that cuts silently.
/// </summary>
internal static class ObjectToJson
{
    private const int MaxDepth = 200;

    /// <exception cref="ComfyUIValidationException">The object, or something in it, has no JSON form.</exception>
    internal static JsonNode? Convert(object? value) => Convert(value, 0);

    private static JsonNode? Convert(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Impossible("it nests deeper than 200 levels, or holds itself");
        }

        object? plain = Unwrap(value);
        switch (plain)
        {
            case null:
                return null;
            case JsonNode node:
                return JsonText.Clone(node);
            case string text:
                return JsonValue.Create(text);
            case bool flag:
                return JsonValue.Create(flag);
            case SwitchParameter flag:
                return JsonValue.Create(flag.IsPresent);
            case char c:
                return JsonValue.Create(c.ToString());
            case DateTime time:
                // ConvertFrom-Json makes times of texts that look like one.
                return JsonValue.Create(time.ToString("o", CultureInfo.InvariantCulture));
            case DateTimeOffset time:
                return JsonValue.Create(time.ToString("o", CultureInfo.InvariantCulture));
            case Enum or Guid or Uri or Version or FileSystemInfo or ComfyUIUpload:
                return JsonValue.Create(System.Convert.ToString(plain, CultureInfo.InvariantCulture));
            case SecureString or PSCredential:
                throw Impossible("it holds a secret");
            case IDictionary dictionary:
                return FromDictionary(dictionary, depth);
            case PSCustomObject:
                return FromProperties((PSObject)value!, depth);
            case IEnumerable items:
                var array = new JsonArray();
                foreach (object? item in items)
                {
                    array.Add(Convert(item, depth + 1));
                }

                return array;
            default:
                return JsonNumber.TryCreate(plain) ?? throw Impossible($"a {plain.GetType().Name} has no JSON form");
        }
    }

    /// <summary>The object itself: PowerShell wraps what goes through a pipeline.</summary>
    internal static object? Unwrap(object? value)
        => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject
        : value is PSObject custom ? custom.BaseObject
        : value;

    private static JsonObject FromDictionary(IDictionary dictionary, int depth)
    {
        var result = new JsonObject();
        foreach (DictionaryEntry entry in dictionary)
        {
            result[System.Convert.ToString(Unwrap(entry.Key), CultureInfo.InvariantCulture)!] = Convert(entry.Value, depth + 1);
        }

        return result;
    }

    private static JsonObject FromProperties(PSObject source, int depth)
    {
        var result = new JsonObject();
        foreach (PSPropertyInfo property in source.Properties)
        {
            result[property.Name] = Convert(property.Value, depth + 1);
        }

        return result;
    }

    private static ComfyUIValidationException Impossible(string reason) => ErrorRecords.InvalidArgument(
        ComfyUIErrorId.InvalidWorkflow,
        $"The object cannot be turned into JSON: {reason}.",
        "Give a hashtable, what ConvertFrom-Json returns, or JSON text, with strings, numbers, booleans, lists and nested tables only.");
}
