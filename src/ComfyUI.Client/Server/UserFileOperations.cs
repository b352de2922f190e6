using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The files a server keeps for a user: workflows, subgraphs, whatever the browser saves (<c>/userdata</c>).</summary>
public sealed class UserFileOperations
{
    private readonly ComfyUISession _session;
    private readonly HttpPipeline _pipeline;
    private readonly FileDownloader _downloader;

    internal UserFileOperations(ComfyUISession session, HttpPipeline pipeline, TaskWatch watch)
    {
        _session = session;
        _pipeline = pipeline;
        _downloader = new FileDownloader(pipeline, watch);
    }

    /// <summary>The files below a folder, also in its subfolders.</summary>
    /// <param name="folder">The folder, with <c>/</c>; empty for all files of the user.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUINotFoundException">The server has no such folder.</exception>
    /// <exception cref="ComfyUIException">The server keeps files for several users, and the session names none of them.</exception>
    public async Task<IReadOnlyList<ComfyUIUserFile>> ListAsync(string folder = "", CancellationToken cancellationToken = default)
    {
        folder = folder.Replace('\\', '/').Trim('/');
        List<ComfyUIUserFile> files = await ServerUsers.AskAsync(
            _pipeline, () => ListByEitherRouteAsync(folder, cancellationToken), cancellationToken).ConfigureAwait(false);
        files.Sort(static (a, b) => string.Compare(a.Path, b.Path, StringComparison.OrdinalIgnoreCase));
        return files;
    }

    /// <summary>Hands a file to the server, streamed from disk.</summary>
    /// <param name="source">The file on this machine.</param>
    /// <param name="path">The path below the user's folder.</param>
    /// <param name="overwrite">Whether a file of that path is overwritten.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">The file cannot be read, exists there already, or the server does not take it.</exception>
    public async Task<ComfyUIUserFile> SendAsync(string source, string path, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        FileOperations.CheckReadable(source);
        path = path.Replace('\\', '/').Trim('/');
        var call = new HttpCall(HttpMethod.Post, $"{RouteOf(path)}?overwrite={(overwrite ? "true" : "false")}&full_info=true")
        {
            Content = () => FileOperations.Stream(source),
            Configure = message => FileOperations.AskFirst(message, source),

            // Without overwriting, a second try would find the file of the first.
            IsIdempotent = overwrite,
        };
        JsonNode? answer = await AskAsync(
            async () => await _pipeline.ReadJsonAsync(call, cancellationToken).ConfigureAwait(false), path, cancellationToken).ConfigureAwait(false);
        return answer is JsonObject entry && Read(entry, string.Empty) is { } sent
            ? sent
            : new ComfyUIUserFile { Path = path, Session = _session };
    }

    /// <summary>Saves a file to this machine, below a folder, in the subfolders it has on the server.</summary>
    /// <exception cref="ComfyUIException">The server has no such file, or it could not be written.</exception>
    public Task<FileInfo> SaveAsync(string path, string folder, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        path = path.Replace('\\', '/').Trim('/');
        int slash = path.LastIndexOf('/');
        string target = LocalName.Below(folder, slash < 0 ? string.Empty : path.Substring(0, slash), path.Substring(slash + 1), mayHide: true);
        return AskAsync(
            () => _downloader.DownloadAsync(
                (from, condition, token) => FileCall.OpenAsync(_pipeline, RouteOf(path), path, from, condition, token),
                target,
                overwrite,
                mayRepeat: true,
                cancellationToken),
            path,
            cancellationToken);
    }

    /// <summary>Reads a file as a workflow.</summary>
    /// <exception cref="ComfyUIValidationException">The file is no workflow.</exception>
    /// <exception cref="ComfyUIException">The server has no such file, or does not give it.</exception>
    public async Task<ComfyUIWorkflow> GetWorkflowAsync(string path, CancellationToken cancellationToken = default)
    {
        path = path.Replace('\\', '/').Trim('/');
        ReadOnlyMemory<byte> bytes = await AskAsync(
            () => _pipeline.ReadBytesAsync(new HttpCall(HttpMethod.Get, RouteOf(path)) { IsIdempotent = true }, cancellationToken),
            path,
            cancellationToken).ConfigureAwait(false);
        using var stream = new MemoryStream(bytes.ToArray());
        return await WorkflowReader.FromStreamAsync(stream, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a file on the server. There is no way back.</summary>
    /// <exception cref="ComfyUIException">The server has no such file, or refuses.</exception>
    public Task RemoveAsync(string path, CancellationToken cancellationToken = default)
    {
        path = path.Replace('\\', '/').Trim('/');
        return AskAsync(
            async () =>
            {
                // Not made again: a second try after a lost answer would say that there is no such file.
                using HttpResponseMessage response = await _pipeline
                    .SendAsync(new HttpCall(HttpMethod.Delete, RouteOf(path)), cancellationToken).ConfigureAwait(false);
                return true;
            },
            path,
            cancellationToken);
    }

    // The path is one segment of the route, and the server undoes percent signs a second time.
    private static string RouteOf(string path) => "userdata/" + Uri.EscapeDataString(path.Replace("%", "%25"));

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerUsers.AskAsync(_pipeline, ask, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (e.StatusCode == 409)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileExists, $"The server has a file '{path}' already.", e)
            {
                RecommendedAction = "Give another name, or -Force to overwrite it.",
            };
        }
        catch (ComfyUINotFoundException e)
        {
            throw new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server has no file '{path}' of this user.", e)
            {
                RecommendedAction = "Get-ComfyUIUserFile lists the files.",
            };
        }
    }

    private async Task<List<ComfyUIUserFile>> ListByEitherRouteAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            string path = "v2/userdata?path=" + Uri.EscapeDataString(folder);
            return Read(await _pipeline.GetJsonAsync(path, cancellationToken).ConfigureAwait(false), string.Empty);
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            return await ListByOldRouteAsync(folder, cancellationToken).ConfigureAwait(false);
        }
    }

    // Older servers, and the answer to a folder that is not there.
    private async Task<List<ComfyUIUserFile>> ListByOldRouteAsync(string folder, CancellationToken cancellationToken)
    {
        string asked = folder.Length == 0 ? "." : folder;
        try
        {
            JsonNode? answer = await _pipeline.GetJsonAsync(
                $"userdata?dir={Uri.EscapeDataString(asked)}&recurse=true&full_info=true", cancellationToken).ConfigureAwait(false);
            return Read(answer, folder.Length == 0 ? string.Empty : folder + "/");
        }
        catch (ComfyUINotFoundException e)
        {
            throw new ComfyUINotFoundException(ComfyUIErrorId.ItemNotFound, $"The server has no folder '{asked}' of this user.", e)
            {
                RecommendedAction = "Get-ComfyUIUserFile without a path lists all files.",
            };
        }
    }

    private List<ComfyUIUserFile> Read(JsonNode? answer, string prefix)
    {
        var files = new List<ComfyUIUserFile>();
        foreach (JsonNode? item in answer as JsonArray ?? [])
        {
            ComfyUIUserFile? file = item switch
            {
                JsonObject entry when entry.Text("type") is null or "file" => Read(entry, prefix),
                JsonValue value when value.TryGetValue(out string? path) => new ComfyUIUserFile { Path = prefix + path, Session = _session },
                _ => null,
            };
            if (file is not null)
            {
                files.Add(file);
            }
        }

        return files;
    }

    private ComfyUIUserFile? Read(JsonObject entry, string prefix) => entry.Text("path") is not { Length: > 0 } path ? null : new ComfyUIUserFile
    {
        Path = prefix + path.Replace('\\', '/'),
        Size = entry.Integer("size"),
        ModifiedAt = UnixTime.ReadEither(entry.Number("modified")),
        Session = _session,
    };
}
