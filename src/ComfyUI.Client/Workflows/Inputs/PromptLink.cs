using System;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Links as prompts hold them: <c>[node id, slot]</c>.</summary>
internal static class PromptLink
{
    /// <summary>What an input is linked to; null when its value is no link to a node of the prompt.</summary>
    internal static (string Id, int Slot)? Read(JsonNode? value, JsonObject prompt)
        => value is JsonArray { Count: 2 } link
            && JsonRead.Text(link[0]) is { } id && prompt.ContainsKey(id)
            && JsonAccess.Number(link[1]) is { } slot && slot >= 0 && slot <= int.MaxValue && slot == Math.Floor(slot)
            ? (id, (int)slot)
            : null;
}
