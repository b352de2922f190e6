using System;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>One kind of media file: how to tell it and where texts are in it.</summary>
internal abstract class MediaFormat
{
    /// <summary>The format's name in results and messages.</summary>
    internal abstract string Name { get; }

    /// <summary>The places searched, for the message that there is nothing.</summary>
    internal abstract string LookedFor { get; }

    /// <summary>Whether a file with these first bytes, at most 4,096, is of this kind.</summary>
    internal abstract bool Matches(ReadOnlySpan<byte> head);

    /// <summary>Hands every text that may hold a graph to <paramref name="texts"/>, and stops when <see cref="EmbeddedTexts.IsDone"/>.</summary>
    /// <exception cref="ComfyUIValidationException">The file breaks off or breaks its rules; what was handed over before counts.</exception>
    internal abstract Task ReadAsync(MediaReader reader, EmbeddedTexts texts);
}
