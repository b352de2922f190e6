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
    /// <exception cref="ComfyUIException">It cannot be had, or a web page came in its place.</exception>
    internal static async Task<HttpResponseMessage> OpenAsync(
        HttpPipeline pipeline, string path, string fileName, long from, string? condition, CancellationToken cancellationToken)
    {
        var call = new HttpCall(HttpMethod.Get, path) { IsIdempotent = true, Configure = message => Configure(message, from, condition) };
        HttpResponseMessage response = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (Flaw(response, fileName) is not { } flaw)
        {
            return response;
        }

        response.Dispose();
        throw ResponseErrors.Unexpected(pipeline.Describe(call), flaw, null, null);
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

    // What a proxy says in place of the server, with a status of 200, must not become a file. ComfyUI calls no file a page whose name does
    // not, and sends none without saying when it was changed.
    private static string? Flaw(HttpResponseMessage response, string fileName)
    {
        HttpContentHeaders headers = response.Content.Headers;
        bool isNothing = headers.ContentLength == 0 && headers.LastModified is null && response.Headers.ETag is null;
        return headers.ContentType?.MediaType is { } type && IsPage(type) && !IsPageName(fileName) ? "is a web page where a file is due"
            : isNothing ? "is empty where a file is due"
            : null;
    }

    private static bool IsPage(string mediaType)
        => mediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) || mediaType.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);

    private static bool IsPageName(string fileName)
        => fileName.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".htm", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".xhtml", StringComparison.OrdinalIgnoreCase);
}
