using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>A request body that restarts the time limit as it is sent, and tells how much was.</summary>
internal sealed class ProgressContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ProgressTimeout _limit;
    private readonly IProgress<long>? _sent;

    internal ProgressContent(HttpContent inner, ProgressTimeout limit, IProgress<long>? sent)
    {
        _inner = inner;
        _limit = limit;
        _sent = sent;
        foreach (KeyValuePair<string, IEnumerable<string>> header in inner.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => _inner.CopyToAsync(new Meter(stream, _limit, _sent));

#if !NETSTANDARD2_0
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        => _inner.CopyToAsync(new Meter(stream, _limit, _sent), cancellationToken);
#endif

    protected override bool TryComputeLength(out long length)
    {
        long? known = _inner.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Meter(Stream target, ProgressTimeout limit, IProgress<long>? sent) : Stream
    {
        private long _total;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            await target.WriteAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
            Moved(count);
        }

#if !NETSTANDARD2_0
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await target.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            Moved(buffer.Length);
        }
#endif

        public override void Write(byte[] buffer, int offset, int count)
        {
            target.Write(buffer, offset, count);
            Moved(count);
        }

        public override void Flush() => target.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Moved(int count)
        {
            _total += count;
            limit.Restart();
            sent?.Report(_total);
        }
    }
}
