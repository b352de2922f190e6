using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Gets what jobs gave onto this machine's disk (<c>GET /view</c>).</summary>
public sealed class OutputOperations
{
    private readonly OutputSaver _saver;

    internal OutputOperations(HttpPipeline pipeline, IJobServer server, TaskWatch watch) => _saver = new OutputSaver(pipeline, server, watch);

    /// <summary>
    /// Saves one file: streamed, its length checked, under its real name only when it is whole. The server's names never lead out of the
    /// folder.
    /// </summary>
    /// <returns>The file.</returns>
    /// <exception cref="ComfyUIException">It could not be had, or not written.</exception>
    public async Task<FileInfo> SaveAsync(ComfyUIOutput output, ComfyUISaveOptions options, CancellationToken cancellationToken = default)
        => (await _saver.SaveAsync(output, options, cancellationToken).ConfigureAwait(false)).File!;

    internal Task<IReadOnlyList<ComfyUIOutput>> SaveAllAsync(IReadOnlyList<ComfyUIOutput> outputs, ComfyUISaveOptions options, CancellationToken cancellationToken)
        => _saver.SaveAllAsync(outputs, options, cancellationToken);
}
