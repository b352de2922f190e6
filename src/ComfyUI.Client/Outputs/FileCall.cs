using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The request for a file that the server keeps (<c>GET /view</c>, <c>GET /userdata/…</c>): as it is, or the rest of it.</summary>
internal static class FileCall
{
    private static readonly StringWithQualityHeaderValue Identity = new("identity");

    /// <summary>Asks for a file.</summary>
    /// <param name="pipeline">The way to the server.</param>
    /// <param name="path">The route, with the query.</param>
    /// <param name="fileName">The file's name on the server.</param>
    /// <param name="from">The first byte that is wanted; 0 for the whole file.</param>
    /// <param name="condition">What <c>If-Range</c> says; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">It cannot be had, or a web page or nothing came in its place.</exception>
    internal static async Task<HttpResponseMessage> OpenAsync(
        HttpPipeline pipeline, string path, string fileName, long from, string? condition, CancellationToken cancellationToken)
    {
        var call = new HttpCall(HttpMethod.Get, path) { IsIdempotent = true, Configure = message => Configure(message, from, condition) };
        HttpResponseMessage response = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
        HttpContentHeaders headers = response.Content.Headers;
        string? type = headers.ContentType?.MediaType;
        string? wrong = type is not null && IsPage(type) && !IsPageName(fileName) ? "is a web page where a file is due"
            : IsNothing(response) ? "is empty where a file is due"
            : null;
        if (wrong is null)
        {
            return response;
        }

        response.Dispose();
        throw ResponseErrors.Unexpected(pipeline.Describe(call), wrong, null, type);
    }

    private static void Configure(HttpRequestMessage message, long from, string? condition)
    {
        // Files come with their length and can be gone on with only when nothing compresses them on the way.
        message.Headers.AcceptEncoding.Add(Identity);
        if (from > 0)
        {
            message.Headers.Range = new RangeHeaderValue(from, null);
            if (condition is not null)
            {
                message.Headers.TryAddWithoutValidation("If-Range", condition);
            }
        }
    }

    // ComfyUI names no file that is not one by its extension a page: it is a login page, or a proxy's.
    private static bool IsPage(string mediaType)
        => mediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) || mediaType.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);

    // The server sends no file without saying when it was changed; a proxy that answers for it does not know.
    private static bool IsNothing(HttpResponseMessage response)
        => response.Content.Headers is { ContentLength: 0, LastModified: null } && response.Headers.ETag is null;

    private static bool IsPageName(string fileName)
        => fileName.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".htm", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".xhtml", StringComparison.OrdinalIgnoreCase);
}
