using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Reads what <c>POST /prompt</c> says is wrong with a prompt: <c>error</c> and <c>node_errors</c>.</summary>
internal static class PromptErrors
{
    /// <summary>The error for a prompt that the server refused (HTTP 400).</summary>
    internal static ComfyUIValidationException Rejected(JsonObject body, string? said, Func<string, string> mask)
    {
        JsonObject? error = body.Object("error");
        string? type = error?.Text("type");
        List<ComfyUINodeError> nodeErrors = Read(body["node_errors"], mask);
        if (nodeErrors.Count == 0 && MissingClass(error, mask) is { } missing)
        {
            nodeErrors.Add(missing);
        }

        string reason = nodeErrors.Count > 0
            ? string.Join("; ", Lines(nodeErrors, 5))
            : said ?? "no reason given";
        if (nodeErrors.Count == 0 && type == "prompt_outputs_failed_validation")
        {
            // Servers before 2026 say nothing at all about a cycle.
            reason += ". The server names no node, which most often means that nodes depend on each other in a circle";
        }

        return new ComfyUIValidationException(ComfyUIErrorId.PromptRejected, $"The server refused the workflow: {Redaction.ServerLine(reason, 1000)}")
        {
            ServerErrorType = type,
            NodeErrors = nodeErrors,
            RecommendedAction = Advice(type, nodeErrors),
        };
    }

    /// <summary>Reads <c>node_errors</c>, which old servers give as an empty list when there are none.</summary>
    /// <param name="nodeErrors">The server's words.</param>
    /// <param name="mask">Takes the session's secrets out of a text.</param>
    internal static List<ComfyUINodeError> Read(JsonNode? nodeErrors, Func<string, string> mask)
    {
        string Line(string? text, int length = 300) => PromptErrors.Line(text, mask, length);
        var result = new List<ComfyUINodeError>();
        if (nodeErrors is not JsonObject nodes)
        {
            return result;
        }

        foreach (KeyValuePair<string, JsonNode?> node in nodes)
        {
            if (node.Value is not JsonObject entry)
            {
                continue;
            }

            string classType = Line(entry.Text("class_type"));
            foreach (JsonNode? error in entry.Array("errors") ?? [])
            {
                if (error is not JsonObject item)
                {
                    continue;
                }

                JsonObject? extra = item.Object("extra_info");
                result.Add(new ComfyUINodeError
                {
                    NodeId = Line(node.Key),
                    ClassType = classType,
                    Type = Line(item.Text("type")),
                    Message = Line(item.Text("message")),
                    Details = Line(item.Text("details"), 1000),
                    InputName = extra?.Text("input_name") is { } name ? Line(name) : null,
                    ReceivedValue = extra is not null && extra.ContainsKey("received_value") ? Line(JsonText.Write(extra["received_value"])) : null,
                });
            }
        }

        return result;
    }

    // Servers since 2026 say it by the node's title; the class, which is what is to be installed, stands beside it.
    private static ComfyUINodeError? MissingClass(JsonObject? error, Func<string, string> mask)
        => error?.Text("type") == "missing_node_type" && error.Object("extra_info") is { } extra && extra.Text("class_type") is { } classType
            ? new ComfyUINodeError
            {
                NodeId = Line(extra.Text("node_id"), mask),
                ClassType = Line(classType, mask),
                Type = "missing_node_type",
                Message = Line(error.Text("message"), mask),
            }
            : null;

    private static string Line(string? text, Func<string, string> mask, int length = 300) => Redaction.ServerLine(mask(text ?? string.Empty), length);

    private static IEnumerable<string> Lines(IReadOnlyList<ComfyUINodeError> errors, int most)
    {
        for (int i = 0; i < errors.Count && i < most; i++)
        {
            yield return errors[i].ToString();
        }

        if (errors.Count > most)
        {
            yield return $"and {JsonAccess.Invariant(errors.Count - most)} more";
        }
    }

    private static string Advice(string? type, IReadOnlyList<ComfyUINodeError> errors)
    {
        switch (type)
        {
            case "prompt_no_outputs":
                return "The workflow needs at least one node that gives a result, such as SaveImage; -Target must name such nodes.";
            case "invalid_prompt" or "missing_node_type":
                return "Install the missing custom node on the server, or correct the class_type of the node that is named.";
        }

        foreach (ComfyUINodeError error in errors)
        {
            if (error.Type == "value_not_in_list")
            {
                return $"Give node {error.NodeId} a value the server has: a file or model with this name may be missing there.";
            }
        }

        return "Correct the inputs that are named, with -Parameter or in the file.";
    }
}
