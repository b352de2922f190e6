using System;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>One execution of one node: its inputs, and what it may do to the outside.</summary>
internal sealed class NodeCall
{
    public required PyDict Inputs { get; init; }

    public required string NodeId { get; init; }

    public required ServerFiles Files { get; init; }

    public required TestServerOptions Options { get; init; }

    public required Interruption Interruption { get; init; }

    /// <summary>Cancelled when the server ends.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Reports progress, with a picture or without.</summary>
    public required Action<long, long, NodePreview?> Progress { get; init; }

    /// <summary>Sends text to one client or, with false, to all (binary frame type 3).</summary>
    public required Action<string, bool> SendText { get; init; }

    /// <summary>What saved files carry: the prompt and the keys of extra_pnginfo, as JSON.</summary>
    public required Func<PyDict> Metadata { get; init; }

    public T Get<T>(string name)
        where T : class
    {
        if (Inputs.TryGetValue(name, out var value) && value is T typed)
        {
            return typed;
        }

        // A constant where a link is due gets this far, and fails much like this in Python.
        throw new PyException("AttributeError", $"'{Py.TypeName(value)}' object has no attribute 'shape'");
    }

    public string Text(string name) => Py.Str(Inputs[name]);

    public int Int(string name) => (int)Py.Big(Inputs[name]);

    public double Float(string name) => Py.Float(Inputs[name]);

    /// <summary>Waits; an interrupt ends the wait at once and ends the node.</summary>
    public async ValueTask WaitAsync(TimeSpan time)
    {
        Interruption.ThrowIfRequested();
        if (time > TimeSpan.Zero)
        {
            await Interruption.DelayAsync(time, Stopping);
            Interruption.ThrowIfRequested();
        }
    }
}

/// <summary>A picture shown while a node works.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Png">PNG instead of JPEG.</param>
/// <param name="FullSize">Not scaled to the preview size (SaveImageWebsocket).</param>
internal sealed record NodePreview(PixelImage Image, bool Png, bool FullSize = false)
{
    private const int Side = 512;
    private byte[]? encoded;

    /// <summary>The file; made when the first socket wants it, as most runs have nobody watching.</summary>
    public byte[] Encoded => encoded ??= Encode(FullSize ? Image : Resampler.FitLongSide(Image, Side));

    private byte[] Encode(PixelImage image) => Png ? PngEncoder.Encode(image) : JpegEncoder.Encode(image);
}
