using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>The errors of jobs that did not end well.</summary>
internal static class ExecutionErrors
{
    /// <summary>A node raised an error: reads the data of <c>execution_error</c>.</summary>
    /// <param name="promptId">The job.</param>
    /// <param name="data">What the server says.</param>
    /// <param name="mask">Takes secrets out of a text: nodes that call paid services repeat their keys in errors.</param>
    internal static ComfyUIExecutionException Failed(string promptId, JsonObject data, Func<string, string> mask)
    {
        string? nodeId = Line(data.Text("node_id"));
        string? nodeType = Line(data.Text("node_type"));
        string type = Line(data.Text("exception_type")) ?? "error";
        string message = Redaction.ServerText(mask(data.Text("exception_message") ?? string.Empty));
        string where = nodeId is null ? "The run failed" : $"Node {nodeId} ({nodeType}) failed";
        return new ComfyUIExecutionException(ComfyUIErrorId.ExecutionFailed, $"{where}: {type}: {Redaction.ServerLine(message, 1000)}")
        {
            PromptId = promptId,
            NodeId = nodeId,
            NodeType = nodeType,
            ExceptionType = type,
            ServerMessage = message,
            Traceback = Lines(data.Array("traceback"), mask),
            RecommendedAction = Advice(type, message),
        };
    }

    /// <summary>The history says that the job failed, and not why.</summary>
    internal static ComfyUIExecutionException WithoutReason(string promptId)
        => new(ComfyUIErrorId.ExecutionFailed, $"Job {promptId} failed; the server does not say why.")
        {
            PromptId = promptId,
            RecommendedAction = "Look at the server's log for the reason.",
        };

    /// <summary>The job was interrupted: reads the data of <c>execution_interrupted</c>.</summary>
    internal static ComfyUIInterruptedException Interrupted(string promptId, JsonObject? data)
    {
        string? nodeId = data is null ? null : Line(data.Text("node_id"));
        string where = nodeId is null ? string.Empty : $" at node {nodeId} ({Line(data!.Text("node_type"))})";
        return new ComfyUIInterruptedException(ComfyUIErrorId.JobInterrupted, $"Job {promptId} was interrupted{where}.")
        {
            PromptId = promptId,
            NodeId = nodeId,
            RecommendedAction = "Run it again if nobody stopped it on purpose.",
        };
    }

    /// <summary>The job was taken from the queue before it ran, by this session.</summary>
    internal static ComfyUIInterruptedException Removed(string promptId)
        => new(ComfyUIErrorId.JobInterrupted, $"Job {promptId} was taken from the queue before it ran.") { PromptId = promptId };

    /// <summary>The server lists the job in neither queue nor history.</summary>
    internal static ComfyUINotFoundException Lost(string promptId, bool serverWasAway)
    {
        string reason = serverWasAway
            ? "the server was away meanwhile, and has forgotten it if it was restarted"
            : "it was taken from the queue, its history was cleared, or the server was restarted";
        return new ComfyUINotFoundException(ComfyUIErrorId.JobLost, $"The server no longer lists job {promptId}: {reason}.")
        {
            PromptId = promptId,
            RecommendedAction = "Look for its files in the server's output folder; if there are none, run it again.",
        };
    }

    /// <summary>No job of this id is known.</summary>
    internal static ComfyUINotFoundException NotFound(string promptId)
        => new(ComfyUIErrorId.JobNotFound, $"The server lists no job {promptId}, neither in its queue nor in its history.")
        {
            PromptId = promptId,
            RecommendedAction = "Get-ComfyUIJob lists the jobs the server knows; a restart makes it forget all.",
        };

    /// <summary>A shortened id means several jobs.</summary>
    internal static ComfyUINotFoundException Ambiguous(string prefix, IReadOnlyList<string> ids)
    {
        var shown = new List<string>();
        foreach (string id in ids)
        {
            if (shown.Count < 5)
            {
                shown.Add(id);
            }
        }

        return new ComfyUINotFoundException(ComfyUIErrorId.JobIdAmbiguous, $"The ids of {JsonAccess.Invariant(ids.Count)} jobs begin with {prefix}.")
        {
            RecommendedAction = "Give more of the id: " + Redaction.ServerLine(string.Join(", ", shown)) + (ids.Count > shown.Count ? " and others." : "."),
        };
    }

    /// <summary>The job is not over, where one that is over is meant.</summary>
    internal static ComfyUIException NotFinished(string promptId)
        => new(ComfyUIErrorId.JobNotFinished, $"Job {promptId} runs or waits still: the history has only what is over.")
        {
            PromptId = promptId,
            RecommendedAction = "Stop-ComfyUIJob takes it from the queue or interrupts it; Wait-ComfyUIJob waits for its end.",
        };

    /// <summary>The server could not be asked about the job any more.</summary>
    internal static ComfyUIException OutOfReach(string promptId, ComfyUIException cause)
    {
        string message = $"Nobody knows what became of job {promptId}: {cause.Message}";
        string advice = $"When the server answers again: Get-ComfyUIJob -Id {promptId}, then Save-ComfyUIOutput. {cause.RecommendedAction}".TrimEnd();
        return cause switch
        {
            { ErrorId: ComfyUIErrorId.SessionClosed } => cause,
            ComfyUIAuthenticationException => new ComfyUIAuthenticationException(cause.ErrorId, message, cause) { PromptId = promptId, RecommendedAction = advice },
            ComfyUIForbiddenException => new ComfyUIForbiddenException(cause.ErrorId, message, cause) { PromptId = promptId, RecommendedAction = advice },
            _ => new ComfyUIConnectionException(ComfyUIErrorId.ConnectionFailed, message, cause) { PromptId = promptId, RecommendedAction = advice },
        };
    }

    /// <summary>A prompt was sent, no usable answer came, and the server does not list it, or does not tell.</summary>
    internal static ComfyUIConnectionException SubmissionUnknown(string promptId, ComfyUIException cause, ComfyUIException? trouble)
        => new(
            ComfyUIErrorId.SubmissionUnknown,
            $"Nobody knows whether the server has job {promptId}: no usable answer came when it was handed in, and "
                + (trouble is null ? "it is in neither queue nor history. " : "the server could not be asked since. ") + cause.Message,
            cause)
        {
            PromptId = promptId,
            RecommendedAction = $"See whether it turns up with Get-ComfyUIJob -Id {promptId} before you run the workflow again. {(trouble ?? cause).RecommendedAction}".TrimEnd(),
        };

    private static string? Line(string? text) => text is null ? null : Redaction.ServerLine(text);

    private static List<string> Lines(JsonArray? traceback, Func<string, string> mask)
    {
        var lines = new List<string>();
        foreach (JsonNode? node in traceback ?? [])
        {
            if (node is JsonValue value && value.TryGetValue(out string? text) && lines.Count < 200)
            {
                lines.Add(Redaction.ServerText(mask(text)));
            }
        }

        return lines;
    }

    private static string Advice(string type, string message)
    {
        bool memory = type.IndexOf("OutOfMemory", StringComparison.Ordinal) >= 0
            || message.IndexOf("out of memory", StringComparison.OrdinalIgnoreCase) >= 0;
        return memory
            ? "The device ran out of memory: use a smaller size or batch, or free memory on the server first."
            : "Correct the node's inputs; the server's log and the error's Traceback tell more.";
    }
}
