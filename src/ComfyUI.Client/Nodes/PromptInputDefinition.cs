namespace ComfyUI.Client;

/// <summary>An input as a prompt names it: one a class declares, or one that a dynamic input of the class brings along (<c>model.steps</c>).</summary>
/// <param name="Name">The name in the prompt.</param>
/// <param name="Definition">What the server says of it.</param>
/// <param name="IsRequired">Whether a prompt must hold it.</param>
internal readonly record struct PromptInputDefinition(string Name, ComfyUIInputDefinition Definition, bool IsRequired);
