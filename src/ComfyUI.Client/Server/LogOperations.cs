using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Reads the server's log: its last 300 pieces, and what comes after.</summary>
public sealed class LogOperations
{
    private const string Route = "internal/logs/raw";

    private readonly HttpPipeline _pipeline;
    private readonly IJobServer _server;
    private readonly TaskWatch _watch;

    internal LogOperations(HttpPipeline pipeline, IJobServer server, TaskWatch watch)
    {
        _pipeline = pipeline;
        _server = server;
        _watch = watch;
    }

    /// <summary>The lines the server remembers, the oldest first.</summary>
    /// <exception cref="ComfyUINotFoundException">The server has no such route.</exception>
    public async Task<IReadOnlyList<ComfyUILogEntry>> GetAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var reader = new LogReader();
            List<ComfyUILogEntry> lines = reader.Read(await _pipeline.GetObjectAsync(Route, cancellationToken).ConfigureAwait(false));
            if (reader.Unfinished() is { } unfinished)
            {
                lines.Add(unfinished);
            }

            return lines.ConvertAll(Masked);
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            return await GetTextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells of each line as it is finished, until it is cancelled. A server that is away is waited for.</summary>
    /// <param name="onLine">Is told of a line.</param>
    /// <param name="tail">How many of the lines before now are told, too; null for all the server remembers.</param>
    /// <param name="onTrouble">Is told once when the server is out of reach, and why.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ComfyUIException">The server has no such route, or refuses it.</exception>
    public async Task FollowAsync(
        Action<ComfyUILogEntry> onLine, int? tail = null, Action<ComfyUIException>? onTrouble = null, CancellationToken cancellationToken = default)
    {
        using var follower = new LogFollower(_pipeline, _server, _watch);
        bool first = true;
        bool troubled = false;
        while (true)
        {
            try
            {
                List<ComfyUILogEntry> lines = await follower.CatchUpAsync(cancellationToken).ConfigureAwait(false);
                for (int i = first && tail is { } most ? Math.Max(0, lines.Count - most) : 0; i < lines.Count; i++)
                {
                    onLine(Masked(lines[i]));
                }

                first = false;
                troubled = false;
            }
            catch (ComfyUIException e) when (first && ServerFeatures.IsMissingRoute(e))
            {
                throw Missing(e);
            }
            catch (ComfyUIException e) when (!first && e is ComfyUIConnectionException or ComfyUITimeoutException or ComfyUIServerException)
            {
                if (!troubled)
                {
                    onTrouble?.Invoke(e);
                }

                troubled = true;
            }

            await follower.ListenAsync(line => onLine(Masked(line)), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<ComfyUILogEntry>> GetTextAsync(CancellationToken cancellationToken)
    {
        try
        {
            JsonNode? text = await _pipeline.GetJsonAsync("internal/logs", cancellationToken).ConfigureAwait(false);
            return LogReader.ReadText(JsonAccess.Display(text)).ConvertAll(Masked);
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            throw Missing(e);
        }
    }

    // Servers and proxies that log requests log what came with them.
    private ComfyUILogEntry Masked(ComfyUILogEntry line) => line with { Message = _pipeline.Mask(line.Message) };

    private static ComfyUINotFoundException Missing(ComfyUIException cause) => ServerFeatures.Missing("Logs", "ComfyUI of 2025 and later", cause);
}
