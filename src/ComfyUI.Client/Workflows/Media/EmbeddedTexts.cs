using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Collects the texts found in one media file and keeps those that are graphs: of each kind the first that can be read. What
/// cannot be read is remembered as a failure, which becomes an error when nothing else is found and a warning otherwise.
/// </summary>
internal sealed class EmbeddedTexts
{
    private const string PromptKey = "prompt";
    private const string WorkflowKey = "workflow";
    private const string ParametersKey = "parameters";
    private const string CommentKey = "comment";

    private const int MaxFailures = 8;
    private const long MaxCharacters = 4L * MediaReader.MaxValueBytes;

    private readonly List<ComfyUIValidationException> failures = [];
    private long characters;

    internal EmbeddedGraph? Prompt { get; private set; }

    internal EmbeddedGraph? Workflow { get; private set; }

    /// <summary>Whether a text was found with which AUTOMATIC1111's web UI and its relatives describe a picture.</summary>
    internal bool OtherProgram { get; private set; }

    internal IReadOnlyList<ComfyUIValidationException> Failures => failures;

    internal bool HasAny => Prompt is not null || Workflow is not null;

    /// <summary>Whether to stop reading: both graphs are there, or the file has so much wrong in it that it only costs time.</summary>
    internal bool IsDone => (Prompt is not null && Workflow is not null) || failures.Count >= MaxFailures || characters > MaxCharacters;

    /// <summary>Whether a text of this name is worth reading: ffmpeg and some packs write names in capitals.</summary>
    internal static bool IsWanted(string key) => Is(key, PromptKey) || Is(key, WorkflowKey) || Is(key, ParametersKey) || Is(key, CommentKey);

    /// <summary>Remembers what was wrong with a part of the file.</summary>
    internal void Fail(ComfyUIValidationException failure) => failures.Add(failure);

    /// <summary>Takes a text with a name of its own, such as a PNG text chunk.</summary>
    internal void Offer(string key, string text)
    {
        characters += text.Length;
        if (Is(key, PromptKey))
        {
            Prompt ??= ReadGraph(PromptKey, text);
        }
        else if (Is(key, WorkflowKey))
        {
            Workflow ??= ReadGraph(WorkflowKey, text);
        }
        else if (Is(key, ParametersKey))
        {
            OtherProgram = true;
        }
        else if (Is(key, CommentKey))
        {
            OfferComment(text);
        }
    }

    /// <summary>Takes a text that names itself, as in EXIF: <c>prompt:{…}</c>, <c>Workflow: {…}</c>, or a comment.</summary>
    internal void OfferLabelled(string text)
    {
        int colon = text.IndexOf(":", StringComparison.Ordinal);
        string label = colon < 0 ? string.Empty : text.Substring(0, colon);
        if (Is(label, PromptKey) || Is(label, WorkflowKey))
        {
            Offer(label, text.Substring(colon + 1));
        }
        else
        {
            OfferComment(text);
        }
    }

    /// <summary>Takes the members of a JSON object that have the names of graphs.</summary>
    internal void OfferMembers(JsonNode? node)
    {
        foreach (KeyValuePair<string, JsonNode?> member in node as JsonObject ?? [])
        {
            if (member.Value is not null && (Is(member.Key, PromptKey) || Is(member.Key, WorkflowKey)))
            {
                Offer(member.Key, EmbeddedJson.TextOf(member.Value));
            }
        }
    }

    private static bool Is(string key, string name) => string.Equals(key.Trim(), name, StringComparison.OrdinalIgnoreCase);

    // VideoHelperSuite writes one comment {"prompt":…,"workflow":…}; some picture packs write one of the graphs without a name.
    private void OfferComment(string text)
    {
        if (EmbeddedJson.TryParseObject(text) is { } comment)
        {
            OfferMembers(comment);
            if (!HasAny && comment["nodes"] is JsonArray)
            {
                Offer(WorkflowKey, text);
            }
            else if (!HasAny && IsPrompt(comment))
            {
                Offer(PromptKey, text);
            }
        }
        else if (text.IndexOf("Steps: ", StringComparison.Ordinal) >= 0 && text.IndexOf("Sampler: ", StringComparison.Ordinal) >= 0)
        {
            OtherProgram = true;
        }
    }

    private static bool IsPrompt(JsonObject candidate)
        => candidate.Count > 0 && candidate.All(member => member.Value is JsonObject node && node.ContainsKey("class_type"));

    private EmbeddedGraph? ReadGraph(string key, string text)
    {
        try
        {
            return EmbeddedJson.ReadGraph(key, text);
        }
        catch (ComfyUIValidationException failure)
        {
            Fail(failure);
            return null;
        }
    }
}
