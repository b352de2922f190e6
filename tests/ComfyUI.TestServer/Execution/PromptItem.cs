using System.Collections.Generic;

namespace ComfyUI.TestServer;

/// <summary>A submitted prompt: what the queue holds and history repeats.</summary>
/// <param name="Number">Its place, a long or, when the client chose it, a double.</param>
/// <param name="Id">prompt_id.</param>
/// <param name="Prompt">The graph after validation has converted its constants.</param>
/// <param name="ExtraData">extra_data, with client_id.</param>
/// <param name="Outputs">Ids of the output nodes to run.</param>
internal sealed record PromptItem(object Number, string Id, PyDict Prompt, PyDict ExtraData, IReadOnlyList<string> Outputs)
{
    /// <summary>Null if the prompt had none, which makes some of its events go to everybody.</summary>
    public string? ClientId => ExtraData.TryGetValue("client_id", out var id) && id is not null
        ? id as string ?? "\0not a text"
        : null;

    public PyList ToJson() => [Number, Id, Prompt, ExtraData, Outputs];

    /// <summary>As history keeps it: without the two secret keys.</summary>
    public PyList ToHistoryJson()
    {
        var extra = new PyDict(ExtraData);
        extra.Remove("auth_token_comfy_org");
        extra.Remove("api_key_comfy_org");
        return [Number, Id, Prompt, extra, Outputs];
    }

    /// <summary>Python's tuple order: number, then id. Equal in both makes Python compare two dicts, which fails.</summary>
    public static int Compare(PromptItem left, PromptItem right)
    {
        var byNumber = Py.Compare(left.Number, right.Number);
        return byNumber != 0 ? byNumber : string.CompareOrdinal(left.Id, right.Id);
    }
}
