namespace ComfyUI.Client;

/// <summary>Something in a UI workflow that could not be turned into a prompt quite as drawn; the rest was.</summary>
/// <param name="NodeId">The node's id in the prompt, such as <c>3</c> or <c>12:3</c> inside a subgraph; empty when it is about none.</param>
/// <param name="ClassType">The node's class; empty when it is about none.</param>
/// <param name="Message">What was done, for a person.</param>
public sealed record ComfyUIConversionWarning(string NodeId, string ClassType, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => NodeId.Length == 0 ? Message : "Node " + NodeId + " (" + ClassType + "): " + Message;
}
