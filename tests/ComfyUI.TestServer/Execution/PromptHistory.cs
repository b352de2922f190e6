using System;
using System.Collections.Generic;
using System.Threading;

namespace ComfyUI.TestServer;

/// <summary>Finished prompts, oldest first, in memory only.</summary>
internal sealed class PromptHistory
{
    private const int Limit = 10000;
    private readonly Lock gate = new();
    private readonly PyDict entries = [];

    public void Add(string id, PyDict entry)
    {
        lock (gate)
        {
            if (entries.Count >= Limit)
            {
                entries.RemoveAt(0);
            }

            entries[id] = entry;
        }
    }

    public PyDict One(string id)
    {
        lock (gate)
        {
            return entries.TryGetValue(id, out var entry) ? Py.Dict((id, entry)) : [];
        }
    }

    /// <summary>A page. Without an offset the newest <paramref name="maxItems"/>; a negative offset counts as none.</summary>
    public PyDict Page(long? maxItems, long offset)
    {
        lock (gate)
        {
            if (offset < 0 && maxItems is not null)
            {
                offset = entries.Count - maxItems.Value;
            }

            var page = new PyDict();
            for (var at = Math.Max(0, offset); at < entries.Count && (maxItems is null || page.Count < maxItems); at++)
            {
                var pair = entries.GetAt((int)at);
                page[pair.Key] = pair.Value;
            }

            return page;
        }
    }

    public bool Contains(string id)
    {
        lock (gate)
        {
            return entries.ContainsKey(id);
        }
    }

    public IReadOnlyList<string> Ids()
    {
        lock (gate)
        {
            return [.. entries.Keys];
        }
    }

    public void Delete(string id)
    {
        lock (gate)
        {
            entries.Remove(id);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }
}
