namespace ComfyUI.Client;

/// <summary>Something wrong with a workflow, in the words of the server's own validation (<c>POST /prompt</c>, <c>node_errors</c>).</summary>
public sealed record ComfyUIWorkflowProblem
{
    /// <summary>The id of the node in the prompt, such as <c>6</c> or <c>12:3</c>; empty when it is about no single node.</summary>
    public string NodeId { get; init; } = string.Empty;

    /// <summary>The node's class; empty when it is about no single node.</summary>
    public string ClassType { get; init; } = string.Empty;

    /// <summary>The input at fault; null when it is not about one input.</summary>
    public string? Input { get; init; }

    /// <summary>The server's type of the error, such as <c>value_not_in_list</c>, <c>missing_node_type</c> or <c>dependency_cycle</c>.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>Whether the server would refuse it.</summary>
    public ComfyUIProblemSeverity Severity { get; init; } = ComfyUIProblemSeverity.Error;

    /// <summary>The server's message.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>The server's details, which most often name the input and the value.</summary>
    public string Details { get; init; } = string.Empty;

    /// <summary>What might help, for a person: the nearest name, or the pack to install. Null when nothing is known.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The problem in one line.</summary>
    public override string ToString()
    {
        string text = Details.Length == 0 ? Message : Message + ": " + Details;
        text = NodeId.Length == 0 ? text : $"Node {NodeId} ({ClassType}): {text}";
        return Suggestion is null ? text : text + " - " + Suggestion;
    }
}
