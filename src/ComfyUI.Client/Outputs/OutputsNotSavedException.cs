using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Some files of a job could not be saved. Never leaves the library: it carries what was saved to where the job is put together.</summary>
internal sealed class OutputsNotSavedException(IReadOnlyList<ComfyUIOutput> outputs, IReadOnlyList<ComfyUIException> failures)
    : Exception(failures[0].Message, failures[0])
{
    /// <summary>All outputs, those that were saved with their files.</summary>
    internal IReadOnlyList<ComfyUIOutput> Outputs { get; } = outputs;

    /// <summary>What went wrong, at least one.</summary>
    internal IReadOnlyList<ComfyUIException> Failures { get; } = failures;
}
