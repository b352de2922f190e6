using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Reads and writes the JSON that ComfyUI speaks: Python's dialect, in which <c>NaN</c>, <c>Infinity</c> and
/// <c>-Infinity</c> stand unquoted, keys may repeat (the last one counts), and integers reach 2^64-1 and beyond.
/// </summary>
/// <remarks>
/// A number keeps the text it was read with, so <c>1.0</c>, <c>1E5</c> and <c>18446744073709551615</c> go back byte for byte.
/// The three non-finite numbers are held as <see cref="double"/> values.
/// </remarks>
internal static class JsonText
{
    /// <summary>How deeply arrays and objects may nest. Python stops near 1,000; the deepest real workflow known has about 20.</summary>
    internal const int MaxDepth = 512;

    // What is put around something that was read.
    private const int WriteDepth = MaxDepth + 8;

    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Reads JSON text.</summary>
    /// <exception cref="JsonException">The text is not JSON, or nests deeper than <see cref="MaxDepth"/>.</exception>
    internal static JsonNode? Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads UTF-8 JSON, with or without a byte order mark. The bytes must not change afterwards.</summary>
    /// <inheritdoc cref="Parse(string)" path="/exception"/>
    internal static JsonNode? Parse(ReadOnlyMemory<byte> utf8)
    {
        JsonElement root = ParseElement(utf8);
        try
        {
            return ToNode(root);
        }
        catch (InvalidOperationException e)
        {
            // The parser looks at the bytes inside of strings only when they are read.
            throw new JsonException("A text in the JSON is not UTF-8.", e);
        }
    }

    /// <summary>
    /// Reads UTF-8 JSON without building a tree. Non-finite numbers appear as strings that
    /// <see cref="NonFiniteNumbers.TryRead"/> recognises.
    /// </summary>
    /// <inheritdoc cref="Parse(string)" path="/exception"/>
    internal static JsonElement ParseElement(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8.Slice(3);
        }

        // The document is not disposed: its elements live on in the tree, and the collector takes the buffers.
        try
        {
            return JsonDocument.Parse(LoneSurrogates.Replace(NonFiniteNumbers.Quote(utf8)), ReadOptions).RootElement;
        }
        catch (JsonException e)
        {
            throw WithoutText(e);
        }
    }

    /// <summary>
    /// Reads the entries of a list that <see cref="CreateWriter"/> wrote. The bytes may change afterwards; an entry's own parts are made when
    /// somebody looks at them.
    /// </summary>
    internal static IEnumerable<JsonNode?> ReadList(ReadOnlyMemory<byte> utf8)
    {
        ReadOnlyMemory<byte> quoted = NonFiniteNumbers.Quote(utf8);
        JsonElement list;
        using (JsonDocument document = JsonDocument.Parse(quoted, new JsonDocumentOptions { MaxDepth = WriteDepth }))
        {
            list = document.RootElement.Clone();
        }

        foreach (JsonElement item in list.EnumerateArray())
        {
            // A text that stands for a number has to become one.
            yield return quoted.Length == utf8.Length && item.ValueKind == JsonValueKind.Object ? JsonObject.Create(item) : ToNode(item);
        }
    }

    /// <summary>The same error without the text at fault, which the parser repeats: it may be a secret, or endless, or drive a terminal.</summary>
    internal static JsonException WithoutText(JsonException error)
        => new($"It is not JSON in line {JsonAccess.Invariant((error.LineNumber ?? 0) + 1)}, at byte {JsonAccess.Invariant(error.BytePositionInLine ?? 0)}.", error.Path, error.LineNumber, error.BytePositionInLine);

    /// <summary>The parser looks at the bytes inside of strings only when they are read; this looks at once.</summary>
    /// <exception cref="JsonException">The bytes are not UTF-8.</exception>
    internal static void RequireUtf8(ReadOnlySpan<byte> utf8)
    {
#if NETSTANDARD2_0
        bool valid = true;
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(utf8.ToArray());
        }
        catch (DecoderFallbackException)
        {
            valid = false;
        }
#else
        bool valid = System.Text.Unicode.Utf8.IsValid(utf8);
#endif
        if (!valid)
        {
            throw new JsonException("the text is not UTF-8.");
        }
    }

    /// <summary>Writes a tree as compact or indented JSON text.</summary>
    internal static string Write(JsonNode? node, bool indented = false)
    {
        using MemoryStream stream = WriteToStream(node, indented);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes a tree as compact UTF-8 JSON.</summary>
    internal static byte[] WriteUtf8(JsonNode? node)
    {
        using MemoryStream stream = WriteToStream(node, indented: false);
        return stream.ToArray();
    }

    /// <summary>Copies a tree, so that the copy can be changed.</summary>
    internal static JsonNode? Clone(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonObject source:
                var target = new JsonObject();
                foreach (KeyValuePair<string, JsonNode?> property in source)
                {
                    target.Add(property.Key, Clone(property.Value));
                }

                return target;
            case JsonArray source:
                var items = new JsonArray();
                foreach (JsonNode? item in source)
                {
                    items.Add(Clone(item));
                }

                return items;
            default:
                return CloneValue((JsonValue)node);
        }
    }

    /// <summary>Turns an element into a tree of nodes; a repeated key keeps its last value.</summary>
    internal static JsonNode? ToNode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var target = new JsonObject();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    target[property.Name] = ToNode(property.Value);
                }

                return target;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (JsonElement item in element.EnumerateArray())
                {
                    items.Add(ToNode(item));
                }

                return items;
            case JsonValueKind.String:
                string text = element.GetString()!;
                return NonFiniteNumbers.TryRead(text, out double number) ? JsonValue.Create(number) : JsonValue.Create(text);
            case JsonValueKind.Number:
                return JsonValue.Create(element);
            case JsonValueKind.True:
                return JsonValue.Create(true);
            case JsonValueKind.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    private static JsonValue CloneValue(JsonValue value)
    {
        // A number that is asked for its text or truth costs an object each time.
        if (value.TryGetValue(out JsonElement element))
        {
            return JsonValue.Create(element)!;
        }

        if (value.TryGetValue(out string? text))
        {
            return JsonValue.Create(text);
        }

        if (value.TryGetValue(out bool flag))
        {
            return JsonValue.Create(flag);
        }

        // Made by a program, with any of .NET's types in it.
        return JsonNumber.TryCreate(value.GetValue<object>()) ?? (JsonValue)value.DeepClone();
    }

    private static MemoryStream WriteToStream(JsonNode? node, bool indented)
    {
        var stream = new MemoryStream();
        using (Utf8JsonWriter writer = CreateWriter(stream, indented))
        {
            WriteNode(writer, node);
        }

        return stream;
    }

    /// <summary>A writer as all JSON is written with: few escapes, and nothing checked that was read as JSON.</summary>
    internal static Utf8JsonWriter CreateWriter(Stream stream, bool indented) => new(stream, new JsonWriterOptions
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = indented,
        MaxDepth = WriteDepth,
        SkipValidation = true,
    });

    internal static void WriteNode(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject source:
                writer.WriteStartObject();
                foreach (KeyValuePair<string, JsonNode?> property in source)
                {
                    writer.WritePropertyName(property.Key);
                    WriteNode(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray source:
                writer.WriteStartArray();
                foreach (JsonNode? item in source)
                {
                    if (item is JsonValue number && writer.Options.Indented && number.TryGetValue(out double _) && !number.TryGetValue(out JsonElement _))
                    {
                        // The writer puts no line break before a raw value.
                        WriteRaw(writer, Environment.NewLine + new string(' ', 2 * writer.CurrentDepth), number.GetValue<double>());
                    }
                    else
                    {
                        WriteNode(writer, item);
                    }
                }

                writer.WriteEndArray();
                break;
            default:
                WriteValue(writer, (JsonValue)node);
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonValue value)
    {
        // Writes a number with the text it was read with. It comes first: one that is asked for its text or truth costs an object each time.
        if (value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out JsonElement read))
        {
            read.WriteTo(writer);
        }
        else if (value.TryGetValue(out string? text))
        {
            writer.WriteStringValue(text);
        }
        else if (value.TryGetValue(out bool flag))
        {
            writer.WriteBooleanValue(flag);
        }
        else if (value.TryGetValue(out JsonElement element))
        {
            element.WriteTo(writer);
        }
        else if (value.TryGetValue(out double number))
        {
            WriteRaw(writer, string.Empty, number);
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static void WriteRaw(Utf8JsonWriter writer, string before, double number)
        => writer.WriteRawValue(before + JsonNumber.Literal(number), skipInputValidation: true);
}
