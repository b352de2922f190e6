using System;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>How a file is handed to the server.</summary>
public sealed class ComfyUIUploadOptions
{
    /// <summary>The name it gets; null for its own.</summary>
    public string? Name { get; init; }

    /// <summary>The folder below the server's; empty for none.</summary>
    public string Subfolder { get; init; } = string.Empty;

    /// <summary><c>input</c>, <c>temp</c> or <c>output</c>.</summary>
    public string Type { get; init; } = "input";

    /// <summary>Whether a file of that name is overwritten; else the server numbers the new one, unless both are the same.</summary>
    public bool Overwrite { get; init; }

    /// <summary>For a mask: the picture on the server that it is for. Null for anything else.</summary>
    public ComfyUIUpload? Original { get; init; }
}

/// <summary>Hands files to the server.</summary>
public sealed class FileOperations
{
    private const int WorthAsking = 1024 * 1024;

    private readonly HttpPipeline _pipeline;

    internal FileOperations(HttpPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Uploads a file, of whatever kind, streamed from disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Is told how many bytes have been sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name to use in a node.</returns>
    /// <exception cref="ComfyUIException">The file cannot be read, or the server does not take it.</exception>
    public async Task<ComfyUIUpload> SendAsync(
        string path, ComfyUIUploadOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new ComfyUIUploadOptions();
        CheckReadable(path);
        if (options.Original is not null)
        {
            await CheckOriginalAsync(options.Original, cancellationToken).ConfigureAwait(false);
        }

        // The server compares contents: the same file sent twice is one file, so it may be sent again after a failure. A mask is put
        // together with its picture before it is compared, and sent twice it would be two files.
        var call = new HttpCall(HttpMethod.Post, options.Original is null ? "upload/image" : "upload/mask")
        {
            Content = () => CreateForm(path, options),
            Configure = message => AskFirst(message, path),
            IsIdempotent = options.Original is null || options.Overwrite,
            Sent = progress,
        };
        JsonNode? answer = await _pipeline.ReadJsonAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer is not JsonObject upload || upload.Text("name") is not { Length: > 0 } name)
        {
            throw _pipeline.Unexpected(_pipeline.Describe(call), "has no name for the file", JsonText.Write(answer));
        }

        return new ComfyUIUpload
        {
            Name = name,
            Subfolder = upload.Text("subfolder") ?? options.Subfolder,
            Type = upload.Text("type") ?? options.Type,
        };
    }

    private static MultipartFormDataContent CreateForm(string path, ComfyUIUploadOptions options)
    {
        StreamContent file = Stream(path);
        var form = new MultipartFormDataContent
        {
            // With a name that is not ASCII this also writes filename*, which is what the server reads.
            { file, "image", options.Name ?? Path.GetFileName(path) },
            { new StringContent(options.Type), "type" },
            { new StringContent(options.Subfolder), "subfolder" },
        };
        if (options.Overwrite)
        {
            form.Add(new StringContent("true"), "overwrite");
        }

        if (options.Original is { } original)
        {
            var reference = new JsonObject { ["filename"] = original.Name, ["subfolder"] = original.Subfolder, ["type"] = original.Type };
            form.Add(new StringContent(JsonText.Write(reference)), "original_ref");
        }

        return form;
    }

    /// <summary>
    /// Has a large file wait for the server's word before it is sent: a proxy with a limit refuses it at once, where it would else break
    /// the connection in the middle, and nobody would know why. Who does not know the question is sent the file after a second.
    /// </summary>
    internal static void AskFirst(HttpRequestMessage message, string path)
        => message.Headers.ExpectContinue = new FileInfo(path).Length > WorthAsking;

    /// <summary>A file as the body of a request.</summary>
    internal static StreamContent Stream(string path)
    {
        // Read by few and large steps, each of which is handed to another thread; not read ahead, for the buffer is as large.
        var file = new StreamContent(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true), 1024 * 1024);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return file;
    }

    /// <exception cref="ComfyUIException">The file cannot be opened for reading.</exception>
    internal static void CheckReadable(string path)
    {
        try
        {
            using FileStream _ = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw FileErrors.Unreadable("file", path, e);
        }
    }

    // The server answers 200 with a name even when the original is missing, and writes nothing.
    private async Task CheckOriginalAsync(ComfyUIUpload original, CancellationToken cancellationToken)
    {
        var output = new ComfyUIOutput { FileName = original.Name, Subfolder = original.Subfolder, Type = original.Type };
        var call = new HttpCall(HttpMethod.Get, output.ViewPath)
        {
            IsIdempotent = true,
            Configure = static message => message.Headers.Range = new RangeHeaderValue(0, 0),
        };
        try
        {
            using HttpResponseMessage response = await _pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (ComfyUINotFoundException e)
        {
            throw new ComfyUINotFoundException(e.ErrorId, $"The server has no picture '{Redaction.ServerLine(original.Value)}' that the mask could be for.", e)
            {
                RecommendedAction = "Upload the picture first, and give what Send-ComfyUIFile returns for it as -OriginalReference.",
            };
        }
    }
}
