using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>What one node left behind.</summary>
internal sealed record CachedNode(object?[] Outputs, PyDict? Ui, PyDict? Meta);

/// <summary>
/// Results of the last prompt, by what went into them. Two nodes with the same class and the same inputs, all the way up,
/// share an entry: a changed seed anywhere above makes a new one.
/// </summary>
internal sealed class ExecutionCache
{
    private readonly Dictionary<string, CachedNode> entries = [];

    public CachedNode? Get(string signature) => entries.GetValueOrDefault(signature);

    public void Set(string signature, CachedNode node) => entries[signature] = node;

    public void Clear() => entries.Clear();

    /// <summary>Forgets what the new prompt does not use.</summary>
    public void Keep(IReadOnlySet<string> signatures)
    {
        foreach (var old in entries.Keys.Where(key => !signatures.Contains(key)).ToArray())
        {
            entries.Remove(old);
        }
    }
}

/// <summary>Computes the cache keys of one prompt's nodes.</summary>
internal sealed class CacheSignatures(DynamicGraph graph, Func<string, object?> changed)
{
    private readonly Dictionary<string, string> known = [];

    public string Of(string id)
    {
        if (known.TryGetValue(id, out var signature))
        {
            return signature;
        }

        // A cycle has no signature; the entry stops the recursion.
        known[id] = "cycle " + id;
        var text = new StringBuilder(graph.ClassType(id));
        text.Append('|').Append(PyJsonWriter.Write(changed(id)));
        if (graph.Parent(id) is { } parent)
        {
            text.Append("|in ").Append(parent);
        }

        foreach (var (name, value) in graph.Inputs(id).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append('|').Append(name).Append('=');
            if (DynamicGraph.IsLink(value, out var source, out var slot) && graph.Has(source))
            {
                text.Append('#').Append(slot).Append(Convert.ToHexString(Digest(Of(source))));
            }
            else
            {
                text.Append(Constant(value));
            }
        }

        return known[id] = text.ToString();
    }

    // A node that expands may hand on what it was given, pictures and all: such a value equals only itself.
    private static string Constant(object? value) => value is ImageBatch or MaskBatch
        ? "object " + RuntimeHelpers.GetHashCode(value)
        : PyJsonWriter.Write(value);

    // Hashing keeps the keys of long chains short.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
