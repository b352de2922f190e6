using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What goes along with a prompt (<c>extra_data</c> of <c>POST /prompt</c>): above all the UI document, which the server puts into pictures.</summary>
internal static class ExtraData
{
    internal static JsonObject? For(ComfyUIWorkflow workflow)
    {
        if (workflow.UIDocument is null && workflow.ExtraData is null)
        {
            return null;
        }

        var extra = new JsonObject();
        foreach (KeyValuePair<string, JsonNode?> entry in workflow.ExtraData ?? [])
        {
            // These belonged to the run that it was read from.
            if (entry.Key is not ("client_id" or "create_time"))
            {
                extra[entry.Key] = JsonText.Clone(entry.Value);
            }
        }

        if (workflow.UIDocument is { } document)
        {
            JsonObject info = extra.Object("extra_pnginfo") ?? [];
            extra["extra_pnginfo"] = info;
            info["workflow"] = JsonText.Clone(document);
        }

        return extra;
    }

    /// <summary>Keeps the keys that a prompt brings along for paid services out of whatever the server says later.</summary>
    internal static void Conceal(JsonObject? extra, HttpPipeline pipeline)
    {
        foreach (KeyValuePair<string, JsonNode?> entry in extra ?? [])
        {
            if (Redaction.IsSecretName(entry.Key) && extra!.Text(entry.Key) is { } secret)
            {
                pipeline.Conceal(secret);
            }
        }
    }
}
