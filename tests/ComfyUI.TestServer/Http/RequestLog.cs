using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace ComfyUI.TestServer;

/// <summary>Every request the server has had, in order of arrival. Enumerating gives a snapshot; any thread may.</summary>
public sealed class RequestLog : IReadOnlyList<RecordedRequest>
{
    private readonly Lock gate = new();
    private readonly List<RecordedRequest> requests = [];

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return requests.Count;
            }
        }
    }

    /// <inheritdoc/>
    public RecordedRequest this[int index]
    {
        get
        {
            lock (gate)
            {
                return requests[index];
            }
        }
    }

    /// <summary>The requests with a method whose path, without /api and query, is the one given.</summary>
    public IReadOnlyList<RecordedRequest> Find(string method, string path) =>
        [.. this.Where(r => r.Method == method && Plain(r.Path) == path)];

    /// <summary>How many requests <see cref="Find"/> finds.</summary>
    public int CountOf(string method, string path) => Find(method, path).Count;

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
        }
    }

    /// <inheritdoc/>
    public IEnumerator<RecordedRequest> GetEnumerator()
    {
        lock (gate)
        {
            return ((IEnumerable<RecordedRequest>)[.. requests]).GetEnumerator();
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal string Prefix { get; init; } = "";

    internal void Add(RecordedRequest request)
    {
        lock (gate)
        {
            requests.Add(request);
        }
    }

    private string Plain(string path)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query < 0 ? path : path[..query];
        path = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..] : path;
        return path.StartsWith("/api/", StringComparison.Ordinal) ? path[4..] : path;
    }
}
