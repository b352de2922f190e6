using System;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Asks for a file from a byte on, if it is still the one with this tag.</summary>
internal delegate Task<HttpResponseMessage> OpenFile(long from, string? entityTag, CancellationToken cancellationToken);

/// <summary>
/// Gets a file onto disk: streamed into a temporary sibling, resumed after a cut, checked against the declared length, then renamed.
/// Whatever goes wrong, no partial file is left under the real name.
/// </summary>
internal sealed class FileDownloader(HttpPipeline pipeline, TaskWatch watch)
{
    private const int BufferSize = 128 * 1024;
    private const int MaxTries = 5;
    private const int MaxNumber = 10_000;

    private readonly Random _random = new();

    /// <summary>Downloads to a path; the file that is made has a number in its name when there is one already and it is to be kept.</summary>
    /// <exception cref="ComfyUIException">The file could not be had, or not written.</exception>
    /// <param name="open">Asks for the file.</param>
    /// <param name="target">The path.</param>
    /// <param name="overwrite">Whether a file of this name is overwritten.</param>
    /// <param name="mayRepeat">Whether asking twice does no harm.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<FileInfo> DownloadAsync(OpenFile open, string target, bool overwrite, bool mayRepeat, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(target)!;
        string partial = Path.Combine(folder, "." + Guid.NewGuid().ToString("N") + ".partial");
        try
        {
            Directory.CreateDirectory(folder);
            await FillAsync(open, partial, Path.GetFileName(target), mayRepeat ? MaxTries : 1, cancellationToken).ConfigureAwait(false);
            return new FileInfo(Publish(partial, target, overwrite));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"'{target}' could not be written: {e.Message}", e)
            {
                RecommendedAction = "Check that you may write to this folder and that there is room, then get the file again.",
            };
        }
        finally
        {
            Remove(partial);
        }
    }

    private async Task FillAsync(OpenFile open, string partial, string name, int tries, CancellationToken cancellationToken)
    {
        using var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1, useAsync: true);
        string? entityTag = null;
        for (int attempt = 1; ; attempt++)
        {
            ComfyUIException failure;
            try
            {
                using HttpResponseMessage response = await open(file.Length, entityTag, cancellationToken).ConfigureAwait(false);
                if (!Continues(response, file.Length))
                {
                    StartOver(file);
                }

                entityTag = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : null;
                string? cut = await CopyAsync(response, file, cancellationToken).ConfigureAwait(false);
                if (cut is null)
                {
                    await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                    return;
                }

                failure = Incomplete(name, cut);
                if (entityTag is null)
                {
                    // Nothing says that the rest would be of the same file.
                    StartOver(file);
                }
            }
            catch (ComfyUIException e) when (MayPass(e))
            {
                // A job that took an hour deserves more patience than a request that failed.
                failure = e;
            }

            if (attempt >= tries)
            {
                throw failure;
            }

            await watch.DelayAsync(RetryPolicy.Backoff(attempt + 2, _random), cancellationToken).ConfigureAwait(false);
        }
    }

    // A server that fails, restarts or is out of reach for a moment, or a proxy that answers in its place.
    private static bool MayPass(ComfyUIException error)
        => error is ComfyUIServerException or ComfyUIProtocolException
        || error.ErrorId is ComfyUIErrorId.ConnectionFailed or ComfyUIErrorId.ConnectionLost or ComfyUIErrorId.RequestTimeout;

    private static void StartOver(FileStream file)
    {
        file.SetLength(0);
        file.Position = 0;
    }

    private static bool Continues(HttpResponseMessage response, long from)
        => (int)response.StatusCode == 206 && from > 0 && response.Content.Headers.ContentRange?.From == from;

    // Null when the file is whole, else what was wrong.
    private async Task<string?> CopyAsync(HttpResponseMessage response, FileStream file, CancellationToken cancellationToken)
    {
        long? declared = ResponseBodies.IsCompressed(response) ? null : response.Content.Headers.ContentLength;
        long received = 0;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        using var limit = new ProgressTimeout(pipeline.RequestTimeout, cancellationToken, pipeline.Closed);
        try
        {
            using CancellationTokenRegistration cut = ResponseBodies.CutWhenCancelled(response, limit.Token);
            using Stream body = await ResponseBodies.OpenAsync(response, limit.Token).ConfigureAwait(false);
            while (true)
            {
                int read = await ReadAsync(body, buffer, limit, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                await file.WriteAsync(buffer, 0, read, cancellationToken).ConfigureAwait(false);
                received += read;
                limit.Restart();
            }
        }
        catch (NetworkReadException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return e.Message;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return declared is null || received == declared
            ? null
            : string.Format(CultureInfo.InvariantCulture, "{0:N0} of {1:N0} bytes came", received, declared);
    }

    // Reading from the network and writing to the disk fail with the same exceptions; only the first can be mended by another try.
    private async Task<int> ReadAsync(Stream body, byte[] buffer, ProgressTimeout limit, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, 0, buffer.Length, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (pipeline.IsClosing(e, cancellationToken))
        {
            throw RequestErrors.SessionClosed(e);
        }
        catch (OperationCanceledException) when (limit.IsExpired)
        {
            throw new NetworkReadException("nothing more came in time");
        }
        catch (Exception e) when (RequestErrors.IsNetwork(e))
        {
            throw new NetworkReadException(RequestErrors.Reason(e));
        }
    }

    private static string Publish(string partial, string target, bool overwrite)
    {
        if (overwrite)
        {
            AtomicFile.Replace(partial, target);
            return target;
        }

        string path = target;
        for (int number = 1; ; number++)
        {
            if (AtomicFile.TryMove(partial, path))
            {
                return path;
            }

            if (number > MaxNumber)
            {
                throw new IOException("there are too many files of this name");
            }

            path = LocalName.Numbered(target, number);
        }
    }

    private static void Remove(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It bears a name that nobody takes for a result.
        }
    }

    private static ComfyUIConnectionException Incomplete(string name, string reason) => new(
        ComfyUIErrorId.IncompleteDownload,
        $"'{name}' came incomplete: {reason}.")
    {
        RecommendedAction = "The file is still on the server: get it again, with Save-ComfyUIOutput for a job's.",
    };

    private sealed class NetworkReadException(string message) : Exception(message);
}
