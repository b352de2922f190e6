using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Asks for a file from a byte on, on the condition of an <c>If-Range</c> header.</summary>
internal delegate Task<HttpResponseMessage> OpenFile(long from, string? condition, CancellationToken cancellationToken);

/// <summary>One file on its way to the disk: gone on with after a cut, begun anew when it is another file by then, and over only when it is whole.</summary>
/// <param name="pipeline">Where the answers come from.</param>
/// <param name="watch">The clock between two tries.</param>
/// <param name="open">Asks for the file.</param>
/// <param name="file">An empty file, not buffered.</param>
/// <param name="name">Its name for a person.</param>
/// <param name="mayRepeat">Whether asking twice does no harm.</param>
internal sealed class FileTransfer(HttpPipeline pipeline, TaskWatch watch, OpenFile open, FileStream file, string name, bool mayRepeat)
{
    /// <summary>What a file unpacks to that came compressed though it was not to be. Such are texts; a larger one is a bomb.</summary>
    private const long MaxUnpackedBytes = ResponseBodies.MaxJsonBytes;

    private const int MaxTries = 5;

    // A try that brings so much is not counted: a large file may take as many as it needs.
    private const int Headway = 1024 * 1024;
    private const int BufferSize = 256 * 1024;

    private FileVersion? _version;
    private bool _isBomb;
    private bool _wasRefused;

    /// <summary>Fetches the file.</summary>
    /// <exception cref="ComfyUIException">It could not be had.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        long reached = 0;
        for (int attempt = 1; await TryAsync(cancellationToken).ConfigureAwait(false) is { } failure; attempt++)
        {
            if (file.Length >= reached + Headway)
            {
                reached = file.Length;
                attempt = 1;
            }

            if (attempt >= MaxTries || !mayRepeat)
            {
                throw failure;
            }

            // A job that took an hour deserves more patience than a request that failed.
            await watch.DelayAsync(RetryPolicy.Backoff(attempt + 2, new Random()), cancellationToken).ConfigureAwait(false);
        }
    }

    // Null when the file is whole, else what another try may mend.
    private async Task<ComfyUIException?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await open(file.Length, _version?.Condition, cancellationToken).ConfigureAwait(false);
            if (_version is null || !_version.IsContinuedBy(response, file.Length))
            {
                StartOver();
                if (IsFromTheMiddle(response))
                {
                    return Incomplete("another part came than was asked for");
                }

                RefuseWhatIsNoFile(response);
                _version = FileVersion.Of(response);
            }
            else if (_version.Length is null)
            {
                _version = FileVersion.Of(response);
            }

            string? flaw = await CopyAsync(response, cancellationToken).ConfigureAwait(false);
            if (_version.Confirms(file.Length))
            {
                return null;
            }

            flaw ??= await FindGapAsync(cancellationToken).ConfigureAwait(false);
            if (flaw is null)
            {
                return null;
            }

            if (_version.Condition is null || file.Length > _version.Length)
            {
                // Nothing says that the rest would be of the same file.
                StartOver();
            }

            return Incomplete(flaw);
        }
        catch (ComfyUIException e) when (e.StatusCode == 416)
        {
            // The file is shorter now than what came of it, or something before it said it was longer.
            StartOver();
            return Incomplete("the server has less of it than was to come");
        }
        catch (ComfyUIException e) when (MayPass(e) && !_isBomb)
        {
            return e;
        }
        catch (ComfyUIException e) when (MayPassOnce(e) && !_wasRefused)
        {
            _wasRefused = true;
            return e;
        }
    }

    private void StartOver()
    {
        _version = null;
        file.SetLength(0);
        file.Position = 0;
    }

    // Null when the body came to its end, else what was wrong.
    private async Task<string?> CopyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        long most = ResponseBodies.IsCompressedUnasked(response) ? MaxUnpackedBytes : long.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var limit = new ProgressTimeout(pipeline.RequestTimeout, cancellationToken, pipeline.Closed);
        try
        {
            using CancellationTokenRegistration cut = ResponseBodies.CutWhenCancelled(response, limit.Token);
            using Stream body = await ResponseBodies.OpenAsync(response, limit.Token).ConfigureAwait(false);
            int read;
            while ((read = await ReadAsync(body, buffer, limit, cancellationToken).ConfigureAwait(false)) > 0)
            {
                // Into the system's cache: having another thread do it, as the asynchronous way does, takes longer than doing it.
#pragma warning disable VSTHRD103
                file.Write(buffer, 0, read);
#pragma warning restore VSTHRD103
                limit.Restart();
                if (file.Position > most)
                {
                    _isBomb = true;
                    throw ResponseErrors.Unexpected(Describe(response), "came compressed without being asked to, and unpacks to more than 256 MiB", null, null);
                }
            }

            return null;
        }
        catch (NetworkReadException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return e.Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Null when all is there, else what is missing.
    private async Task<string?> FindGapAsync(CancellationToken cancellationToken)
    {
        long received = file.Length;
        if (mayRepeat && received > 0 && (_version!.Length ?? received) == received && !_version.IsSureOf(received))
        {
            FileVersion? asked = await AskAgainAsync(received, cancellationToken).ConfigureAwait(false);
            if (asked is not null && asked.IsSameAs(_version))
            {
                _version = asked;
            }
            else if (_version.Denies(received))
            {
                // Whoever answered instead knows nothing of the file, and cannot make it whole.
                _version = _version.OfUnknownLength();
                return string.Format(CultureInfo.InvariantCulture, "{0:N0} bytes came, which is not what the server says of it", received);
            }
        }

        return _version!.Length is not { } whole || whole == received
            ? null
            : string.Format(CultureInfo.InvariantCulture, "{0:N0} of {1:N0} bytes came", received, whole);
    }

    // By its last byte, with which the server tells the length of the whole.
    private async Task<FileVersion?> AskAgainAsync(long received, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await open(received - 1, null, cancellationToken).ConfigureAwait(false);
            return FileVersion.Of(response);
        }
        catch (ComfyUIException e) when (!MayPass(e))
        {
            // A server that knows no ranges. What came is all that can be known.
            return null;
        }
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

    // A server that fails, restarts or is out of reach for a moment, or a proxy that answers in its place.
    private static bool MayPass(ComfyUIException error)
        => error is ComfyUIServerException or ComfyUIProtocolException

        // ComfyUI's own has no body: a proxy speaks that finds its server gone.
        || error is ComfyUINotFoundException { ServerMessage: not null }
        || error.ErrorId is ComfyUIErrorId.ConnectionFailed or ComfyUIErrorId.ConnectionLost or ComfyUIErrorId.RequestTimeout;

    // A slip of a proxy, as one that has lost its server for a moment or wants a login. More tries could lock an account, and a file that is gone stays so.
    private static bool MayPassOnce(ComfyUIException error)
        => error is ComfyUINotFoundException or ComfyUIAuthenticationException or ComfyUIForbiddenException || error.ErrorId == ComfyUIErrorId.RedirectRefused;

    private static bool IsFromTheMiddle(HttpResponseMessage response)
        => (int)response.StatusCode == 206 && response.Content.Headers.ContentRange?.From != 0;

    private void RefuseWhatIsNoFile(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is not (200 or 203 or 206))
        {
            throw ResponseErrors.Unexpected(Describe(response), $"brings no file (HTTP {JsonAccess.Invariant(status)})", null, null);
        }

        ResponseBodies.RefuseUnknownEncoding(response, () => Describe(response));
    }

    private string Describe(HttpResponseMessage response)
        => response.RequestMessage is { RequestUri: { } uri } request ? $"{request.Method} {pipeline.Mask(Redaction.Address(uri))}" : "a download";

    private ComfyUIConnectionException Incomplete(string reason) => new(ComfyUIErrorId.IncompleteDownload, $"'{name}' came incomplete: {reason}.")
    {
        RecommendedAction = "The file is still on the server: get it again, with Save-ComfyUIOutput for a job's.",
    };

    private sealed class NetworkReadException(string message) : Exception(message);
}
