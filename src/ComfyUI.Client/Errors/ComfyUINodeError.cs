namespace ComfyUI.Client;

/// <summary>One thing wrong with one node of a prompt, as the server's validation says it (<c>node_errors</c> of <c>POST /prompt</c>).</summary>
public sealed class ComfyUINodeError
{
    /// <summary>The id of the node in the prompt, such as <c>6</c> or <c>12:3</c>.</summary>
    public string NodeId { get; init; } = string.Empty;

    /// <summary>The node's class, such as <c>KSampler</c>; empty when the server did not say.</summary>
    public string ClassType { get; init; } = string.Empty;

    /// <summary>The server's type of the error, such as <c>value_not_in_list</c> or <c>required_input_missing</c>.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>The server's message, such as <c>Value not in list</c>.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>The server's details, which most often name the input and the value.</summary>
    public string Details { get; init; } = string.Empty;

    /// <summary>The input at fault; null when the error is not about one input.</summary>
    public string? InputName { get; init; }

    /// <summary>The value the server received, as JSON text; null when it did not say.</summary>
    public string? ReceivedValue { get; init; }

    /// <summary>The error in one line: node, class, message and details.</summary>
    public override string ToString()
    {
        string node = ClassType.Length == 0 ? NodeId : $"{NodeId} ({ClassType})";
        return Details.Length == 0 ? $"Node {node}: {Message}" : $"Node {node}: {Message}: {Details}";
    }
}
