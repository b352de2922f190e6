namespace ComfyUI.Client;

/// <summary>What ends a conversion, about one node.</summary>
internal static class ConversionError
{
    /// <summary>The type of what the server has no type for: it never sees the workflow.</summary>
    internal const string Failed = "conversion_failed";

    /// <summary>The server's type for nodes that need their own output.</summary>
    internal const string Cycle = "dependency_cycle";

    /// <param name="node">The node at fault.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="type">The type of the error.</param>
    /// <param name="input">The input at fault; null when it is about none.</param>
    /// <param name="action">What to do about it.</param>
    internal static ComfyUIValidationException At(NodeInstance node, string message, string type, string? input, string action)
        => new(ComfyUIErrorId.InvalidWorkflow, message)
        {
            NodeErrors = [new ComfyUINodeError { NodeId = node.ExecutionId, ClassType = node.Subgraph?.Name ?? node.ClassType, Type = type, Message = message, InputName = input }],
            RecommendedAction = action,
        };
}
