using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The node classes that a session's server knows (<c>GET /object_info</c>), kept in memory, and on disk between sessions.</summary>
public sealed class NodeOperations
{
    /// <summary>How long a catalogue is used before the server is asked again.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);

    private readonly object _lock = new();
    private readonly HttpPipeline _pipeline;
    private readonly TaskWatch _watch;
    private readonly Func<CatalogueStore> _store;
    private StoredCatalogue? _memory;
    private Task<ComfyUINodeCatalogue>? _fetching;

    /// <param name="pipeline">The way to the server.</param>
    /// <param name="watch">The session's clock.</param>
    /// <param name="store">Names the place on disk; asked each time, for the version is known only once the server was asked.</param>
    internal NodeOperations(HttpPipeline pipeline, TaskWatch watch, Func<CatalogueStore> store)
    {
        _pipeline = pipeline;
        _watch = watch;
        _store = store;
    }

    /// <summary>
    /// The catalogue as far as it is known without asking the server, however old: from memory, else from disk, else null. For
    /// completion, which must not wait.
    /// </summary>
    internal ComfyUINodeCatalogue? Cached => Kept()?.Catalogue;

    /// <summary>Gets the catalogue: what is kept while it is younger than <see cref="TimeToLive"/>, else the server's.</summary>
    /// <param name="refresh">True to ask the server whatever is kept, as after installing a pack of nodes or uploading a file.</param>
    /// <param name="cancellationToken">Ends the waiting; others who wait for the same answer still get it.</param>
    /// <exception cref="ComfyUIException">The server could not be asked, or its answer is no catalogue.</exception>
    public async Task<ComfyUINodeCatalogue> GetCatalogueAsync(bool refresh = false, CancellationToken cancellationToken = default)
        => (await FindAsync(refresh, cancellationToken).ConfigureAwait(false)).Catalogue;

    /// <summary>Gets the catalogue, and says whether the server was asked for it.</summary>
    /// <inheritdoc cref="GetCatalogueAsync"/>
    internal async Task<(ComfyUINodeCatalogue Catalogue, bool IsNew)> FindAsync(bool refresh, CancellationToken cancellationToken)
    {
        if (!refresh && Kept() is { } kept && IsYoung(kept))
        {
            return (kept.Catalogue, false);
        }

        Task<ComfyUINodeCatalogue> fetching;
        lock (_lock)
        {
            // One answer of up to 20 MB is enough for all who ask at the same time.
            fetching = _fetching is { IsCompleted: false } running ? running : _fetching = Task.Run(FetchAsync, CancellationToken.None);
        }

        await _watch.WaitAsync(fetching, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        return (await fetching.ConfigureAwait(false), true);
    }

    private StoredCatalogue? Kept()
    {
        lock (_lock)
        {
            return _memory ??= _store().Read();
        }
    }

    // A time that lies ahead is that of a clock that was wrong.
    private bool IsYoung(StoredCatalogue kept) => _watch.UtcNow - kept.Time is var age && age < TimeToLive && age > -TimeToLive;

    private async Task<ComfyUINodeCatalogue> FetchAsync()
    {
        var call = new HttpCall(System.Net.Http.HttpMethod.Get, "object_info") { IsIdempotent = true, Configure = JsonRequests.AskForJson };
        DateTimeOffset time = _watch.UtcNow;
        ReadOnlyMemory<byte> body = await _pipeline.ReadBytesAsync(call, CancellationToken.None).ConfigureAwait(false);
        ComfyUINodeCatalogue catalogue = ComfyUINodeCatalogue.Parse(body);
        lock (_lock)
        {
            _memory = new StoredCatalogue(catalogue, time);
        }

        _store().Write(body, time);
        return catalogue;
    }
}
