using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Saves the files of jobs, several at once, under names that are safe here.</summary>
internal sealed class OutputSaver(HttpPipeline pipeline, IJobServer server, TaskWatch watch)
{
    private const int ParallelDownloads = 4;

    private readonly FileDownloader _downloader = new(pipeline, watch);

    /// <summary>Saves the files among some outputs, several at once.</summary>
    /// <returns>All outputs in their order, those that were saved with their files.</returns>
    /// <exception cref="ComfyUIException">A file could not be had or written; the others are still saved.</exception>
    internal async Task<IReadOnlyList<ComfyUIOutput>> SaveAllAsync(IReadOnlyList<ComfyUIOutput> outputs, ComfyUISaveOptions options, CancellationToken cancellationToken)
    {
        var saved = new ComfyUIOutput[outputs.Count];
        var failures = new List<ComfyUIException>();
        using (var slots = new SemaphoreSlim(ParallelDownloads))
        {
            var downloads = new List<Task>();
            for (int i = 0; i < outputs.Count; i++)
            {
                saved[i] = outputs[i];
                if (IsWanted(outputs[i], options))
                {
                    downloads.Add(SaveOneAsync(i));
                }
            }

            await Task.WhenAll(downloads).ConfigureAwait(false);

            async Task SaveOneAsync(int index)
            {
                await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    saved[index] = await SaveAsync(outputs[index], options, cancellationToken).ConfigureAwait(false);
                }
                catch (ComfyUIException e)
                {
                    lock (failures)
                    {
                        failures.Add(e);
                    }
                }
                finally
                {
                    slots.Release();
                }
            }
        }

        return failures.Count == 0 ? saved : throw new OutputsNotSavedException(saved, failures);
    }

    /// <summary>Whether an output is a file that these options ask for.</summary>
    internal static bool IsWanted(ComfyUIOutput output, ComfyUISaveOptions options)
        => output.IsFile && (options.IncludeTemp || output.Type != "temp");

    /// <summary>Saves one file.</summary>
    internal async Task<ComfyUIOutput> SaveAsync(ComfyUIOutput output, ComfyUISaveOptions options, CancellationToken cancellationToken)
    {
        string target = LocalName.Below(options.Folder, output.Subfolder, output.FileName);
        try
        {
            FileInfo file = await _downloader.DownloadAsync(
                (from, condition, token) => server.OpenFileAsync(output, from, condition, token),
                target,
                options.Overwrite,
                mayRepeat: true,
                cancellationToken).ConfigureAwait(false);
            return output with { File = file };
        }
        catch (ComfyUINotFoundException e)
        {
            // What is cached is reported with its old name, even if somebody has deleted the file since.
            throw new ComfyUINotFoundException(e.ErrorId, $"The server no longer has the file '{Redaction.ServerLine(output.ToString(), 120)}'.", e)
            {
                PromptId = output.PromptId,
                RecommendedAction = "Run the workflow again with another seed or file name prefix, so that nothing is taken from the cache.",
            };
        }
    }
}
