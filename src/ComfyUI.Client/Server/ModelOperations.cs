using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Lists the models of a server and what they say of themselves.</summary>
public sealed class ModelOperations
{
    private const string EmbeddingsFolder = "embeddings";

    private readonly ComfyUISession _session;
    private readonly HttpPipeline _pipeline;

    // Once the route with sizes and dates is known to be missing, the short one is asked at once.
    private bool _hasDetails = true;

    internal ModelOperations(ComfyUISession session, HttpPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>The kinds of models the server has folders for (<c>GET /models</c>), embeddings included.</summary>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var folders = new List<string>(Texts(await _pipeline.GetJsonAsync("models", cancellationToken).ConfigureAwait(false)));
            if (!folders.Contains(EmbeddingsFolder))
            {
                folders.Add(EmbeddingsFolder);
            }

            return folders;
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            throw ServerFeatures.Missing("Lists of models", "ComfyUI of 2025 and later", e);
        }
    }

    /// <summary>The models of one folder, with size and dates where the server gives them.</summary>
    /// <exception cref="ComfyUINotFoundException">The server has no such folder.</exception>
    public async Task<IReadOnlyList<ComfyUIModel>> ListAsync(string folder, CancellationToken cancellationToken = default)
    {
        if (_hasDetails && await TryGetAsync("experiment/models/", folder, cancellationToken).ConfigureAwait(false) is { } detailed)
        {
            return Read(folder, detailed);
        }

        if (await TryGetAsync("models/", folder, cancellationToken).ConfigureAwait(false) is { } names)
        {
            // "configs" and "custom_nodes" are left out of the detailed list by servers that have it.
            _hasDetails &= folder is "configs" or "custom_nodes";
            return Read(folder, names);
        }

        if (folder == EmbeddingsFolder)
        {
            return Read(folder, await _pipeline.GetJsonAsync(EmbeddingsFolder, cancellationToken).ConfigureAwait(false));
        }

        throw new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server has no folder of models called '{folder}'.")
        {
            RecommendedAction = "Use one that Get-ComfyUIModel names in its Folder column, such as checkpoints, loras or vae.",
        };
    }

    /// <summary>The models of all folders, folder by folder. Folders that hold no models (<c>configs</c>, <c>custom_nodes</c>) are left out.</summary>
    public async Task<IReadOnlyList<ComfyUIModel>> ListAllAsync(CancellationToken cancellationToken = default)
    {
        var models = new List<ComfyUIModel>();
        foreach (string folder in await ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (folder is not ("configs" or "custom_nodes"))
            {
                models.AddRange(await ListAsync(folder, cancellationToken).ConfigureAwait(false));
            }
        }

        return models;
    }

    /// <summary>The same model with what its file says of itself (<c>GET /view_metadata/{folder}</c>).</summary>
    public async Task<ComfyUIModel> WithMetadataAsync(ComfyUIModel model, CancellationToken cancellationToken = default)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        string path = $"view_metadata/{Uri.EscapeDataString(model.Folder)}?filename={Uri.EscapeDataString(model.Name)}";
        try
        {
            foreach (KeyValuePair<string, JsonNode?> entry in await _pipeline.GetJsonAsync(path, cancellationToken).ConfigureAwait(false) as JsonObject ?? [])
            {
                metadata[entry.Key] = JsonAccess.Display(entry.Value);
            }
        }
        catch (ComfyUINotFoundException)
        {
            // No safetensors file, or one without metadata.
        }

        return model with { Metadata = metadata };
    }

    private async Task<JsonNode?> TryGetAsync(string route, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.GetJsonAsync(route + Uri.EscapeDataString(folder), cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            return null;
        }
    }

    private List<ComfyUIModel> Read(string folder, JsonNode? answer)
    {
        var models = new List<ComfyUIModel>();
        foreach (JsonNode? item in answer as JsonArray ?? [])
        {
            switch (item)
            {
                case JsonObject entry when entry.Text("name") is { Length: > 0 } name:
                    models.Add(new ComfyUIModel
                    {
                        Folder = folder,
                        Name = name,
                        Size = entry.Integer("size"),
                        ModifiedAt = UnixTime.ReadEither(entry.Number("modified")),
                        CreatedAt = UnixTime.ReadEither(entry.Number("created")),
                        Session = _session,
                    });
                    break;
                case JsonValue value when value.TryGetValue(out string? name):
                    models.Add(new ComfyUIModel { Folder = folder, Name = name, Session = _session });
                    break;
            }
        }

        models.Sort(static (a, b) => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase));
        return models;
    }

    internal static IEnumerable<string> Texts(JsonNode? answer)
    {
        foreach (JsonNode? item in answer as JsonArray ?? [])
        {
            if (item is JsonValue value && value.TryGetValue(out string? text))
            {
                yield return text;
            }
        }
    }
}
