using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// Gets a file onto disk: streamed into a temporary sibling, resumed after a cut, checked against the declared length, then renamed.
/// Whatever goes wrong, no partial file is left under the real name.
/// </summary>
internal sealed class FileDownloader(HttpPipeline pipeline, TaskWatch watch)
{
    private const int MaxNumber = 10_000;

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
        string partial = AtomicFile.NewPartial(folder);
        bool published = false;
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1, useAsync: false))
            {
                var transfer = new FileTransfer(pipeline, watch, open, file, Path.GetFileName(target), mayRepeat);
                await transfer.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            string path = Publish(partial, target, overwrite);
            published = true;
            return new FileInfo(path);
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
            if (!published)
            {
                AtomicFile.Discard(partial);
            }
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
}
