using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What is handed to the server to run (the body of <c>POST /prompt</c>).</summary>
/// <param name="Id">The job's id, chosen by us: a lowercase UUID, as the newest servers demand.</param>
/// <param name="Prompt">The graph in API format.</param>
/// <param name="ClientId">The event stream that gets the job's events; null for none.</param>
/// <param name="Front">Whether it goes before all that wait.</param>
/// <param name="Targets">The output nodes to run; null for all.</param>
/// <param name="ExtraData">More for the server, such as <c>extra_pnginfo</c>; null for none.</param>
internal sealed record PromptRequest(
    string Id,
    JsonObject Prompt,
    string? ClientId,
    bool Front,
    IReadOnlyList<string>? Targets,
    JsonObject? ExtraData);

/// <summary>What the server said to a prompt that it took.</summary>
/// <param name="Id">The job's id; an old server makes its own.</param>
/// <param name="Number">The place in its order; null when it did not say.</param>
/// <param name="NodeErrors">The outputs that it will not run, and why.</param>
internal sealed record PromptAccepted(string Id, double? Number, IReadOnlyList<ComfyUINodeError> NodeErrors);
