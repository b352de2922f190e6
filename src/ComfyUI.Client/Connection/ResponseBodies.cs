using System;
using System.IO;
using System.IO.Compression;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Reads the bodies of answers: bounded in size and in time, decompressed where the server compressed them.</summary>
internal static class ResponseBodies
{
    /// <summary>The largest JSON body that is read: ten times the largest node catalogue known (20.7 MB, 4,817 nodes), after decompression.</summary>
    internal const long MaxJsonBytes = 256L * 1024 * 1024;

    // A tree of so many values takes about a gigabyte; the largest node catalogue known has fewer than two million.
    private const int MaxJsonValues = 10_000_000;

    private const int MaxErrorBytes = 64 * 1024;

    // What is allotted on the word of a server alone; more, and what has no declared length, grows as it comes.
    private const int MaxTrustedBytes = 32 * 1024 * 1024;

    /// <summary>The start of an error's body as text; what cannot be read is left out, for the status says enough.</summary>
    internal static async Task<string> ReadErrorTextAsync(HttpResponseMessage response, ProgressTimeout limit)
    {
        try
        {
            using CancellationTokenRegistration cut = CutWhenCancelled(response, limit.Token);
            using Stream stream = await OpenAsync(response, limit.Token).ConfigureAwait(false);
            using var body = new MemoryStream();
            await CopyAsync(stream, body, MaxErrorBytes, limit).ConfigureAwait(false);
            return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e) || (e is OperationCanceledException && limit.IsExpired))
        {
            return string.Empty;
        }
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="ComfyUIException">It is larger than <see cref="MaxJsonBytes"/>, was cut short or took too long.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadAllAsync(HttpPipeline pipeline, HttpResponseMessage response, HttpCall call, CancellationToken cancellationToken)
    {
        RefuseUnknownEncoding(response, () => pipeline.Describe(call));
        using var limit = new ProgressTimeout(pipeline.RequestTimeout, cancellationToken, pipeline.Closed);
        try
        {
            using CancellationTokenRegistration cut = CutWhenCancelled(response, limit.Token);
            using Stream stream = await OpenAsync(response, limit.Token).ConfigureAwait(false);
            long declared = response.Content.Headers.ContentLength ?? 0;
            using var body = new MemoryStream((int)Math.Min(Math.Max(declared, 0), MaxTrustedBytes));
            if (!await CopyAsync(stream, body, MaxJsonBytes, limit).ConfigureAwait(false))
            {
                throw pipeline.Unexpected(pipeline.Describe(call), "is larger than 256 MiB");
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (Exception e) when (pipeline.IsClosing(e, cancellationToken))
        {
            throw RequestErrors.SessionClosed(e);
        }
        catch (OperationCanceledException) when (limit.IsExpired)
        {
            throw RequestErrors.FromSlowness(pipeline.BaseUri, pipeline.Describe(call));
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e) && !cancellationToken.IsCancellationRequested)
        {
            throw limit.IsExpired
                ? RequestErrors.FromSlowness(pipeline.BaseUri, pipeline.Describe(call))
                : RequestErrors.FromFailure(e, pipeline.BaseUri, pipeline.Describe(call));
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e))
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    /// <summary>The body as JSON; null for JSON's null.</summary>
    /// <exception cref="ComfyUIProtocolException">It is no JSON.</exception>
    internal static JsonNode? ParseJson(HttpPipeline pipeline, ReadOnlyMemory<byte> body, HttpResponseMessage response, HttpCall call)
    {
        if (body.Length > MaxJsonValues && MostValues(body.Span) > MaxJsonValues)
        {
            throw ResponseErrors.Unexpected(pipeline.Describe(call), "holds more than 10 million values", null, null);
        }

        try
        {
            return JsonText.Parse(body);
        }
        catch (JsonException e)
        {
            // Masked before it is cut, or half of a secret could be left.
            string start = pipeline.Mask(Encoding.UTF8.GetString(body.Slice(0, Math.Min(body.Length, MaxErrorBytes)).ToArray()));
            string what = body.Length == 0 ? "is empty where JSON is due" : "is not JSON";
            throw pipeline.Unexpected(pipeline.Describe(call), what, start.Substring(0, Math.Min(start.Length, 1000)), response.Content.Headers.ContentType?.ToString(), e);
        }
    }

    /// <summary>The body's stream, decompressed. Compression is asked for with JSON only: files should come with their length.</summary>
    internal static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
#if NETSTANDARD2_0
        cancellationToken.ThrowIfCancellationRequested();
        Stream stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#else
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#endif
        return IsCompressed(response) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }

    /// <summary>Ends a read that has begun when the time is up; dispose the result after the last read.</summary>
    internal static CancellationTokenRegistration CutWhenCancelled(HttpResponseMessage response, CancellationToken cancellationToken)
#if NETSTANDARD2_0
        // .NET Framework looks at the token before it reads and not again.
        => cancellationToken.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
#else
        => default;
#endif

    /// <summary>Whether the body is to be decompressed.</summary>
    internal static bool IsCompressed(HttpResponseMessage response)
    {
        foreach (string encoding in response.Content.Headers.ContentEncoding)
        {
            if (IsGzip(encoding))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the body is compressed although that was not asked for.</summary>
    internal static bool IsCompressedUnasked(HttpResponseMessage response)
        => IsCompressed(response) && response.RequestMessage?.Headers.AcceptEncoding.Contains(JsonRequests.Gzip) != true;

    /// <exception cref="ComfyUIProtocolException">The body is compressed in a way that nobody asked for.</exception>
    internal static void RefuseUnknownEncoding(HttpResponseMessage response, Func<string> describe)
    {
        int layers = 0;
        foreach (string encoding in response.Content.Headers.ContentEncoding)
        {
            bool isPlain = encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
            if (!isPlain && (++layers > 1 || !IsGzip(encoding)))
            {
                throw ResponseErrors.Unexpected(describe(), $"is encoded as '{Redaction.ServerLine(encoding, 40)}', which was not asked for", null, null);
            }
        }
    }

    private static bool IsGzip(string encoding)
        => encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);

    // Each value but the first follows one of these. Those inside of texts are counted, too: it is a limit, not a count.
    private static int MostValues(ReadOnlySpan<byte> json)
    {
        int found = 1;
        for (int at; (at = json.IndexOfAny((byte)',', (byte)'[', (byte)'{')) >= 0; json = json.Slice(at + 1))
        {
            found++;
        }

        return found;
    }

    /// <summary>Copies at most <paramref name="most"/> bytes; false when there were more.</summary>
    private static async Task<bool> CopyAsync(Stream source, MemoryStream target, long most, ProgressTimeout limit)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, 0, buffer.Length, limit.Token).ConfigureAwait(false)) > 0)
            {
                limit.Received(read);
                int room = (int)Math.Min(read, most - target.Length);
                target.Write(buffer, 0, room);
                if (room < read)
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
