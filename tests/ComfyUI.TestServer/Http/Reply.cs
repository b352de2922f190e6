using System;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>The kinds of answer aiohttp gives.</summary>
internal static class Reply
{
    public static Task JsonAsync(HttpContext context, object? value, int status = 200) =>
        BytesAsync(context, PyJsonWriter.WriteBytes(value), "application/json; charset=utf-8", status);

    public static Task TextAsync(HttpContext context, int status, string text) =>
        BytesAsync(context, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", status);

    /// <summary>No body and no Content-Type.</summary>
    public static Task EmptyAsync(HttpContext context, int status = 200)
    {
        context.Response.StatusCode = status;
        if (status != 204 && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }

    /// <summary>What every unhandled Python exception becomes.</summary>
    public static Task TroubleAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return TextAsync(context, 500, "500 Internal Server Error\n\nServer got itself in trouble");
    }

    /// <summary>The static folder's 404: chunked and empty.</summary>
    public static async Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        context.Response.ContentType = "application/octet-stream";
        await context.Response.StartAsync();
    }

    public static async Task BytesAsync(HttpContext context, byte[] body, string contentType, int status = 200)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        if (context.Items.ContainsKey(typeof(GZipStream)) && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal)
            && (contentType.StartsWith("application/json", StringComparison.Ordinal) || contentType.StartsWith("text/plain", StringComparison.Ordinal)))
        {
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(body);
            }

            response.Headers.ContentEncoding = "gzip";
            body = packed.ToArray();
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>413 with aiohttp's words.</summary>
    public static Task TooLargeAsync(HttpContext context, TooLargeException problem)
    {
        context.Response.Headers.Connection = "close";
        return TextAsync(context, 413, string.Create(
            CultureInfo.InvariantCulture,
            $"Maximum request body size {problem.Limit} exceeded, actual body size {problem.Actual}"));
    }
}

/// <summary>A request body above the limit.</summary>
internal sealed class TooLargeException(long limit, long actual) : Exception
{
    public long Limit => limit;

    public long Actual => actual;
}
