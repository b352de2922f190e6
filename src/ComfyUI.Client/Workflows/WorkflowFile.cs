using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Writes workflows to files: whole or not at all.</summary>
internal static class WorkflowFile
{
    /// <summary>Saves a workflow as JSON, or inside a copy of a PNG.</summary>
    /// <param name="workflow">The workflow, in the format that is to be saved.</param>
    /// <param name="path">The file.</param>
    /// <param name="picture">The PNG to copy; null for JSON.</param>
    /// <param name="overwrite">Whether a file of this name is overwritten.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComfyUIException">It could not be written.</exception>
    internal static async Task SaveAsync(ComfyUIWorkflow workflow, string path, string? picture, bool overwrite, CancellationToken cancellationToken)
    {
        string partial = AtomicFile.NewPartial(Path.GetDirectoryName(path)!);
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, useAsync: true))
            {
                if (picture is null)
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(workflow.ToJson());
                    await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    using var source = new FileStream(picture, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
                    await PngWorkflowWriter.CopyAsync(source, stream, PromptOf(workflow), DocumentOf(workflow), cancellationToken).ConfigureAwait(false);
                }
            }

            if (overwrite)
            {
                AtomicFile.Replace(partial, path);
            }
            else if (!AtomicFile.TryMove(partial, path))
            {
                throw Exists(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"The workflow could not be saved as '{path}': {e.Message}", e)
            {
                RecommendedAction = "Check that the folder exists and that you may write to it.",
            };
        }
        finally
        {
            AtomicFile.Discard(partial);
        }
    }

    private static string? PromptOf(ComfyUIWorkflow workflow)
        => workflow.Format == ComfyUIWorkflowFormat.Api ? JsonText.Write(workflow.Document) : null;

    private static string? DocumentOf(ComfyUIWorkflow workflow)
        => workflow.UIDocument is null ? null : JsonText.Write(workflow.UIDocument);

    private static ComfyUIException Exists(string path) => new(ComfyUIErrorId.FileExists, $"There is a file '{path}' already.")
    {
        RecommendedAction = "Use -Force to overwrite it.",
    };
}
