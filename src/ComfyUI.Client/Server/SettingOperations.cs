using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The settings a server keeps for a user: those of the browser's interface and of its extensions (<c>/settings</c>).</summary>
public sealed class SettingOperations
{
    private readonly HttpPipeline _pipeline;

    internal SettingOperations(HttpPipeline pipeline) => _pipeline = pipeline;

    /// <summary>All settings that have been changed; what still has its default is not listed by the server.</summary>
    /// <exception cref="ComfyUIException">The server does not tell, or keeps settings for several users, and the session names none of them.</exception>
    public async Task<IReadOnlyDictionary<string, JsonNode?>> GetAllAsync(CancellationToken cancellationToken = default)
    {
        var settings = new SortedDictionary<string, JsonNode?>(StringComparer.OrdinalIgnoreCase);
        JsonObject answer = await ServerUsers.AskAsync(
            _pipeline, () => _pipeline.GetObjectAsync("settings", cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (KeyValuePair<string, JsonNode?> setting in answer)
        {
            settings[setting.Key] = setting.Value;
        }

        return settings;
    }

    /// <summary>Sets one setting to any JSON value.</summary>
    /// <inheritdoc cref="GetAllAsync" path="/exception"/>
    public Task SetAsync(string id, JsonNode? value, CancellationToken cancellationToken = default)
    {
        byte[] body = JsonText.WriteUtf8(value);
        var call = new HttpCall(HttpMethod.Post, "settings/" + Uri.EscapeDataString(id)) { IsIdempotent = true, Content = () => JsonRequests.Body(body) };
        return ServerUsers.AskAsync(
            _pipeline,
            async () =>
            {
                using HttpResponseMessage response = await _pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }
}
