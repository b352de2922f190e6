namespace ComfyUI.Client;

/// <summary>
/// The errors of reading media files. Their messages are predicates about a part of the file;
/// <see cref="EmbeddedWorkflowReader"/> puts the file's name before them.
/// </summary>
internal static class MediaErrors
{
    internal static ComfyUIValidationException Truncated(long start, long count, long limit)
        => new(ComfyUIErrorId.TruncatedFile, $"The file is cut short or damaged: the part at byte {start} should have {count} bytes, but only {(limit > start ? limit - start : 0)} are left.");

    internal static ComfyUIValidationException Truncated(long count, long left)
        => new(ComfyUIErrorId.TruncatedFile, $"The file is cut short or damaged: a text or number in it should have {count} bytes, but only {left} are left.");

    internal static ComfyUIValidationException EndsEarly(string missing)
        => new(ComfyUIErrorId.TruncatedFile, $"The file is cut short or damaged: it ends before {missing}.");

    internal static ComfyUIValidationException TooLarge(string what)
        => new(ComfyUIErrorId.EmbeddedWorkflowTooLarge, $"{what} is too large to be a workflow: more than {MediaReader.MaxValueBytes / (1024 * 1024)} MiB.");

    internal static ComfyUIValidationException Invalid(string what)
        => new(ComfyUIErrorId.InvalidMediaFile, $"The file is damaged: {what}.");
}
