using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>
/// The node classes a server knows, as <c>GET /object_info</c> lists them. The text is kept and only cut into classes;
/// a class is read when somebody first asks for it, because most callers need a few dozen of some thousand.
/// </summary>
/// <remarks>Safe to use from several threads at once.</remarks>
public sealed class ComfyUINodeCatalogue : IReadOnlyCollection<ComfyUINodeDefinition>
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly Dictionary<string, (int Start, int Length)> _entries;
    private readonly ConcurrentDictionary<string, ComfyUINodeDefinition> _definitions = new(StringComparer.Ordinal);

    // Whether the inside of the classes has been read as JSON.
    private readonly bool _isChecked;

    private string[]? _sortedNames;

    private ComfyUINodeCatalogue(ReadOnlyMemory<byte> json, Dictionary<string, (int Start, int Length)> entries, bool isChecked)
    {
        _json = json;
        _entries = entries;
        _isChecked = isChecked;
    }

    /// <summary>How many classes there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The names of all classes, in the server's order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The names in the order of the alphabet, for completion: sorting some thousand with each key takes longer than all the rest.</summary>
    internal IReadOnlyList<string> SortedNames
    {
        get
        {
            if (_sortedNames is null)
            {
                string[] names = [.. _entries.Keys];
                Array.Sort(names, StringComparer.OrdinalIgnoreCase);
                _sortedNames = names;
            }

            return _sortedNames;
        }
    }

    /// <summary>Reads a catalogue from UTF-8 JSON. The bytes are kept and must not change afterwards.</summary>
    /// <param name="utf8Json">The body of <c>GET /object_info</c>.</param>
    /// <exception cref="ComfyUIProtocolException">The bytes are not a JSON object.</exception>
    public static ComfyUINodeCatalogue Parse(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Span.StartsWith("\uFEFF"u8))
        {
            utf8Json = utf8Json.Slice(3);
        }

        try
        {
            // Texts are read much later, where nobody expects that they cannot be.
            JsonText.RequireUtf8(utf8Json.Span);
            ReadOnlyMemory<byte> json = LoneSurrogates.Replace(NonFiniteNumbers.Quote(utf8Json));
            return new ComfyUINodeCatalogue(json, Index(json.Span), isChecked: true);
        }
        catch (JsonException e)
        {
            JsonException error = JsonText.WithoutText(e);
            throw new ComfyUIProtocolException(
                ComfyUIErrorId.InvalidResponse, "The node catalogue (object_info) is not a JSON object: " + error.Message, error);
        }
    }

    /// <summary>Reads a catalogue from a stream to its end.</summary>
    /// <param name="stream">UTF-8 JSON. It is not closed.</param>
    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})" path="/exception"/>
    public static ComfyUINodeCatalogue Load(Stream stream)
    {
        if (stream is null)
        {
            throw new ArgumentNullException(nameof(stream));
        }

        using var buffer = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length - stream.Position, int.MaxValue - 64) : 0);
        stream.CopyTo(buffer);
        return Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <summary>Reads a catalogue from a file.</summary>
    /// <param name="path">The file.</param>
    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})" path="/exception"/>
    public static ComfyUINodeCatalogue LoadFile(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>Reads a catalogue from bytes that were read as one before, and kept.</summary>
    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})" path="/exception"/>
    internal static ComfyUINodeCatalogue ParseKept(ReadOnlyMemory<byte> utf8Json)
        => CatalogueCutter.TryCut(utf8Json.Span) is { } entries ? new ComfyUINodeCatalogue(utf8Json, entries, isChecked: false) : Parse(utf8Json);

    /// <summary>Whether the server knows this class.</summary>
    /// <param name="className">The exact name of the class.</param>
    public bool Contains(string className) => _entries.ContainsKey(className);

    /// <summary>Looks up a class.</summary>
    /// <param name="className">The exact name of the class.</param>
    /// <param name="definition">What the server says of it; null when it does not know it.</param>
    public bool TryGet(string className, [NotNullWhen(true)] out ComfyUINodeDefinition? definition)
    {
        if (_definitions.TryGetValue(className, out definition))
        {
            return true;
        }

        if (!_entries.TryGetValue(className, out (int Start, int Length) entry))
        {
            return false;
        }

        definition = _definitions.GetOrAdd(className, Read(className, entry));
        return true;
    }

    /// <summary>Looks up a class; null when the server does not know it.</summary>
    /// <param name="className">The exact name of the class.</param>
    public ComfyUINodeDefinition? Find(string className) => TryGet(className, out ComfyUINodeDefinition? definition) ? definition : null;

    /// <summary>All classes, each read when its turn comes. What is read here is not kept, so that looking through all costs no lasting memory.</summary>
    public IEnumerator<ComfyUINodeDefinition> GetEnumerator() => Named(null).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The classes whose names are wanted, each read when its turn comes and not kept; all for null.</summary>
    internal IEnumerable<ComfyUINodeDefinition> Named(Func<string, bool>? isWanted)
    {
        foreach (KeyValuePair<string, (int Start, int Length)> entry in _entries)
        {
            if (isWanted is null || isWanted(entry.Key))
            {
                yield return _definitions.TryGetValue(entry.Key, out ComfyUINodeDefinition? known) ? known : Read(entry.Key, entry.Value);
            }
        }
    }

    private ComfyUINodeDefinition Read(string className, (int Start, int Length) entry)
    {
        ReadOnlyMemory<byte> json = _json.Slice(entry.Start, entry.Length);
        try
        {
            if (!_isChecked)
            {
                JsonText.RequireUtf8(json.Span);
            }

            return NodeDefinitionReader.Read(className, JsonText.ParseElement(json));
        }
        catch (JsonException e)
        {
            throw new ComfyUIProtocolException(
                ComfyUIErrorId.InvalidResponse, $"The node catalogue that is kept on this machine is damaged, at class '{className}': {e.Message}", e)
            {
                RecommendedAction = "Fetch it again: Get-ComfyUINode -Force.",
            };
        }
    }

    private static Dictionary<string, (int Start, int Length)> Index(ReadOnlySpan<byte> json)
    {
        var entries = new Dictionary<string, (int Start, int Length)>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the text does not begin with an object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                entries[name] = (start, (int)reader.BytesConsumed - start);
            }
            else
            {
                reader.Skip();
            }
        }

        // Reading on to the end finds what follows the object.
        while (reader.Read())
        {
        }

        return entries;
    }
}
