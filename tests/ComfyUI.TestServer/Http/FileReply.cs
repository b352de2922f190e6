using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ComfyUI.TestServer;

/// <summary>A file as aiohttp's FileResponse sends it: one range, conditional requests, an ETag of time and size.</summary>
internal static class FileReply
{
    public static async Task SendAsync(HttpContext context, string path, string contentType, string? disposition = null)
    {
        var file = new FileInfo(path);
        var (request, response) = (context.Request, context.Response);
        var modified = file.LastWriteTimeUtc;
        var nanoseconds = (modified - DateTime.UnixEpoch).Ticks * 100;
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{nanoseconds:x}-{file.Length:x}\"");
        var seconds = modified.AddTicks(-(modified.Ticks % TimeSpan.TicksPerSecond));
        if (disposition is not null)
        {
            response.Headers.ContentDisposition = disposition;
        }

        response.ContentType = contentType;
        if (IsUnchanged(request, etag, seconds))
        {
            response.StatusCode = 304;
            (response.Headers.ETag, response.Headers.LastModified) = (etag, HeaderUtilities.FormatDate(seconds));
            return;
        }

        long start = 0, length = file.Length;
        var ranges = request.Headers.Range.ToString();
        if (ranges.Length > 0 && MayUseRange(request, seconds))
        {
            if (Range(ranges, file.Length) is not { } range)
            {
                response.StatusCode = 416;
                response.Headers.ContentRange = $"bytes */{file.Length}";
                await response.StartAsync();
                return;
            }

            (start, length) = range;
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {start}-{start + length - 1}/{file.Length}";
        }

        (response.Headers.ETag, response.Headers.LastModified) = (etag, HeaderUtilities.FormatDate(seconds));
        response.Headers.AcceptRanges = "bytes";
        response.ContentLength = length;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: false);
        content.Position = start;
        var buffer = new byte[Math.Min(length, 256 * 1024)];
        while (length > 0)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), context.RequestAborted);
            if (read == 0)
            {
                break;
            }

            await response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            length -= read;
        }
    }

    /// <summary>The disposition as the server writes it: no type before the name, and the name raw.</summary>
    public static string Disposition(string name) => $"filename=\"{name}\"";

    private static bool IsUnchanged(HttpRequest request, string etag, DateTime modified)
    {
        var match = request.Headers.IfNoneMatch.ToString();
        if (match.Length > 0)
        {
            return match == "*" || match.Contains(etag, StringComparison.Ordinal);
        }

        return HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var since) && modified <= since.UtcDateTime;
    }

    // aiohttp reads only a date here. An entity tag, right or wrong, changes nothing.
    private static bool MayUseRange(HttpRequest request, DateTime modified) =>
        !HeaderUtilities.TryParseDate(request.Headers.IfRange.ToString(), out var date) || modified <= date.UtcDateTime;

    private static (long Start, long Length)? Range(string header, long size)
    {
        if (!header.StartsWith("bytes=", StringComparison.Ordinal) || header.Split('-') is not [var from, var to])
        {
            return null;
        }

        from = from["bytes=".Length..];
        if (from.Length == 0)
        {
            return Number(to) is { } tail && tail > 0 && size > 0 ? (Math.Max(0, size - tail), Math.Min(tail, size)) : null;
        }

        if (Number(from) is not { } start || start >= size)
        {
            return null;
        }

        var end = to.Length == 0 ? size - 1 : Number(to);
        return end >= start ? (start, Math.Min(end.Value, size - 1) - start + 1) : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
