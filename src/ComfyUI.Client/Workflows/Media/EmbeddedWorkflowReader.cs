using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Reads the workflow that ComfyUI, and node packs for it, embed in the files they save. The kind of file is told by its first
/// bytes, never by its name, and the picture, sound or film itself is never loaded.
/// </summary>
internal static class EmbeddedWorkflowReader
{
    private const int HeadBytes = 4096;

    // The order matters twice: AVIF is a special case of the boxes MP4 has, and the length that safetensors begin with may look like an MP3, which
    // is known by eleven bits.
    private static readonly MediaFormat[] Formats =
    [
        new PngFormat(),
        new WebPFormat(),
        new JpegFormat(),
        new AvifFormat(),
        new Mp4Format(),
        new MatroskaFormat(),
        new FlacFormat(),
        new OggFormat(),
        new SafetensorsFormat(),
        new Mp3Format(),
        new GlbFormat(),
        new SvgFormat(),
    ];

    /// <summary>The kinds of file that can be read, for messages and help.</summary>
    internal static string FormatNames { get; } = string.Join(", ", Formats.Select(format => format.Name));

    /// <summary>Finds the workflow in a media file.</summary>
    /// <param name="stream">The file from its beginning. Must be seekable; it is left open, its position is anywhere afterwards.</param>
    /// <param name="nameForMessages">How messages call the file: its path, or the address it came from.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="ComfyUIValidationException">
    /// <see cref="ComfyUIErrorId.EmptyFile"/>, <see cref="ComfyUIErrorId.UnknownFileFormat"/>,
    /// <see cref="ComfyUIErrorId.NoEmbeddedWorkflow"/>; <see cref="ComfyUIErrorId.TruncatedFile"/>,
    /// <see cref="ComfyUIErrorId.InvalidMediaFile"/>, <see cref="ComfyUIErrorId.EmbeddedWorkflowTooLarge"/> and
    /// <see cref="ComfyUIErrorId.InvalidWorkflow"/> only when nothing could be recovered, else they are warnings.
    /// </exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    internal static async Task<EmbeddedWorkflow> ReadAsync(Stream stream, string nameForMessages, CancellationToken cancellationToken = default)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("The stream must be seekable.", nameof(stream));
        }

        var reader = new MediaReader(stream, cancellationToken);
        if (reader.Length == 0)
        {
            throw new ComfyUIValidationException(ComfyUIErrorId.EmptyFile, $"The file '{nameForMessages}' is empty (0 bytes).");
        }

        byte[] head = await reader.ReadUpToAsync(0, HeadBytes).ConfigureAwait(false);
        MediaFormat format = Array.Find(Formats, candidate => candidate.Matches(head)) ?? throw UnknownFormat(nameForMessages);
        var texts = new EmbeddedTexts();
        try
        {
            await format.ReadAsync(reader, texts).ConfigureAwait(false);
        }
        catch (ComfyUIValidationException failure)
        {
            texts.Fail(failure);
        }

        return texts.HasAny ? Result(format, texts) : throw NothingFound(format, texts, nameForMessages);
    }

    private static EmbeddedWorkflow Result(MediaFormat format, EmbeddedTexts texts) => new()
    {
        Format = format.Name,
        PromptText = texts.Prompt?.Text,
        Prompt = texts.Prompt?.Root,
        WorkflowText = texts.Workflow?.Text,
        Workflow = texts.Workflow?.Root,
        Warnings = [.. texts.Failures.Select(failure => failure.Message)],
    };

    private static ComfyUIValidationException UnknownFormat(string name)
        => new(ComfyUIErrorId.UnknownFileFormat, $"The file '{name}' is none of the kinds that can hold a workflow, whatever its name says. Known are: {FormatNames}.")
        {
            RecommendedAction = "Use a file that ComfyUI saved, or a workflow exported from ComfyUI as .json.",
        };

    private static ComfyUIValidationException NothingFound(MediaFormat format, EmbeddedTexts texts, string name)
    {
        if (texts.Failures.Count > 0)
        {
            ComfyUIValidationException first = texts.Failures[0];
            return new ComfyUIValidationException(first.ErrorId, $"No workflow could be read from '{name}' ({format.Name}): {first.Message}", first)
            {
                RecommendedAction = "Use the original file: copying, converting or editing it may have damaged it.",
            };
        }

        if (texts.OtherProgram)
        {
            return new ComfyUIValidationException(ComfyUIErrorId.NoEmbeddedWorkflow, $"'{name}' was made by another program: it holds generation parameters in the manner of AUTOMATIC1111's web UI and no ComfyUI workflow.")
            {
                RecommendedAction = "Build the workflow in ComfyUI; the parameters in the file can serve as a guide.",
            };
        }

        return new ComfyUIValidationException(ComfyUIErrorId.NoEmbeddedWorkflow, $"'{name}' ({format.Name}) holds no ComfyUI workflow. Looked for: {format.LookedFor}.")
        {
            RecommendedAction = "Use a file as ComfyUI saved it: editors, chats and web sites remove the workflow, and so does a server started with --disable-metadata.",
        };
    }
}
