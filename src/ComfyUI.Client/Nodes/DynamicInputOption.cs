using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>One choice of a dynamic combo and the inputs it brings along.</summary>
internal sealed record DynamicInputOption(string Key, IReadOnlyList<ComfyUIInputDefinition> Inputs);
