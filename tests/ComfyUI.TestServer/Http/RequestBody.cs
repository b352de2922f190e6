using System;
using System.IO;
using System.IO.Compression;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ComfyUI.TestServer;

/// <summary>Reads request bodies the way aiohttp does: decompressed, limited, text by the charset named.</summary>
internal static class RequestBody
{
    public static async Task<byte[]> ReadAsync(HttpContext context, long limit)
    {
        using var body = new MemoryStream();
        var source = context.Request.Headers.ContentEncoding.ToString() switch
        {
            "gzip" => new GZipStream(context.Request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(context.Request.Body, CompressionMode.Decompress),
            _ => context.Request.Body,
        };
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await source.ReadAsync(buffer, context.RequestAborted)) > 0;)
            {
                body.Write(buffer, 0, read);
                if (body.Length > limit)
                {
                    throw new TooLargeException(limit, Math.Max(body.Length, context.Request.ContentLength ?? 0));
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new PyException("ContentEncodingError", "Can not decode content-encoding");
        }

        var bytes = body.ToArray();
        if (context.Items[typeof(RecordedRequest)] is RecordedRequest record)
        {
            record.SetBody(bytes);
        }

        return bytes;
    }

    /// <summary>The body as JSON; anything else throws and becomes a 500.</summary>
    public static async Task<object?> ReadJsonAsync(HttpContext context, long limit)
    {
        var bytes = await ReadAsync(context, limit);
        var charset = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue
            ? type.Charset.Value!.Trim('"')
            : "utf-8";
        try
        {
            var encoding = charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                ? new UTF8Encoding(false, throwOnInvalidBytes: true)
                : Encoding.GetEncoding(charset);
            var text = encoding.GetString(bytes);
            // Python takes the mark of utf-16 as the mark, that of utf-8 as an unexpected character.
            return PyJsonReader.Parse(charset.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) ? text.TrimStart('\uFEFF') : text);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            throw new PyException("JSONDecodeError", problem.Message);
        }
    }
}
