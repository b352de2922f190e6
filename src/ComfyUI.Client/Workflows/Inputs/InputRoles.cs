using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Finds out what the inputs of a prompt are for: texts by the links from samplers back to them, the rest by the names that ComfyUI and its
/// packs agree on. A value that a node of its own holds counts as the input it feeds.
/// </summary>
internal sealed class InputRoles
{
    // The names of texts in nodes that turn them into conditioning, when no catalogue says which are texts.
    private static readonly HashSet<string> TextNames = new(StringComparer.Ordinal)
    {
        "text", "prompt", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama", "tags", "positive", "positive_prompt", "user_prompt",
        "value", "string", "string_a", "string_b", "text_a", "text_b", "wildcard_text", "populated_text",
    };

    private readonly JsonObject _prompt;
    private readonly ComfyUINodeCatalogue? _catalogue;
    private readonly Dictionary<(string Node, string Input), ComfyUIInputRole> _roles = [];

    private InputRoles(JsonObject prompt, ComfyUINodeCatalogue? catalogue)
    {
        _prompt = prompt;
        _catalogue = catalogue;
    }

    internal static InputRoles Find(JsonObject prompt, ComfyUINodeCatalogue? catalogue)
    {
        var roles = new InputRoles(prompt, catalogue);

        // A text that is both is wanted: what is not wanted was made of nothing then (ConditioningZeroOut).
        roles.FollowPrompts("positive", ComfyUIInputRole.PositivePrompt);
        roles.FollowPrompts("conditioning", ComfyUIInputRole.PositivePrompt);
        roles.FollowPrompts("negative", ComfyUIInputRole.NegativePrompt);
        roles.GoByNames();
        return roles;
    }

    internal ComfyUIInputRole Of(string nodeId, string input) => _roles.TryGetValue((nodeId, input), out ComfyUIInputRole role) ? role : ComfyUIInputRole.None;

    private void FollowPrompts(string inputName, ComfyUIInputRole role)
    {
        var visited = new HashSet<(string Node, int Slot)>();
        foreach (KeyValuePair<string, JsonNode?> node in _prompt)
        {
            bool begins = inputName != "conditioning" || ClassOf(node.Key).EndsWith("Guider", StringComparison.Ordinal);
            if (begins && PromptLink.Read(InputsOf(node.Key)[inputName], _prompt) is { } link)
            {
                Follow(link, role, visited);
            }
        }
    }

    private void Follow((string Id, int Slot) start, ComfyUIInputRole role, HashSet<(string Node, int Slot)> visited)
    {
        var pending = new Stack<(string Id, int Slot)>();
        pending.Push(start);
        while (pending.Count > 0)
        {
            (string id, int slot) = pending.Pop();
            if (!visited.Add((id, slot)) || ClassOf(id) == "ConditioningZeroOut" && role == ComfyUIInputRole.NegativePrompt)
            {
                continue;
            }

            JsonObject inputs = InputsOf(id);
            bool hasBoth = inputs.ContainsKey("positive") && inputs.ContainsKey("negative");
            foreach (KeyValuePair<string, JsonNode?> input in inputs)
            {
                if (PromptLink.Read(input.Value, _prompt) is { } link)
                {
                    // What takes both gives both, in this order.
                    bool otherSide = hasBoth && (input.Key == "positive" && slot != 0 || input.Key == "negative" && slot != 1);
                    if (!otherSide && (IsConditioning(id, input.Key) || IsText(id, input.Key)))
                    {
                        pending.Push(link);
                    }
                }
                else if (JsonRead.Text(input.Value) is not null && IsText(id, input.Key))
                {
                    Give(id, input.Key, role);
                }
            }
        }
    }

    private void GoByNames()
    {
        foreach (KeyValuePair<string, JsonNode?> node in _prompt)
        {
            foreach (KeyValuePair<string, JsonNode?> input in InputsOf(node.Key))
            {
                ComfyUIInputRole role = ByName(node.Key, input.Key);
                if (role == ComfyUIInputRole.None)
                {
                    continue;
                }

                if (PromptLink.Read(input.Value, _prompt) is not { } link)
                {
                    Give(node.Key, input.Key, role);
                }
                else if (FindConstant(link.Id) is { } constant)
                {
                    Give(constant.Node, constant.Input, role);
                }
            }
        }
    }

    private void Give(string node, string input, ComfyUIInputRole role)
    {
        if (!_roles.ContainsKey((node, input)))
        {
            _roles.Add((node, input), role);
        }
    }

    private bool IsConditioning(string id, string input)
        => Definition(id, input) is { } definition
            ? definition.Type.IndexOf("CONDITIONING", StringComparison.Ordinal) >= 0 || definition.Type == "GUIDER"
            : input is "positive" or "negative" || input.StartsWith("conditioning", StringComparison.Ordinal);

    private bool IsText(string id, string input)
    {
        ComfyUIInputDefinition? definition = Definition(id, input);
        return definition is null ? TextNames.Contains(input)
            : definition.Type == "STRING" && (definition.IsMultiline || definition.DynamicPrompts || TextNames.Contains(input));
    }

    /// <summary>The value of a node that does nothing but hold one.</summary>
    private (string Node, string Input)? FindConstant(string id)
    {
        JsonObject inputs = InputsOf(id);
        if (inputs.ContainsKey("value") && inputs["value"] is not JsonArray)
        {
            return (id, "value");
        }

        string? only = null;
        foreach (KeyValuePair<string, JsonNode?> input in inputs)
        {
            if (only is not null || input.Value is JsonArray)
            {
                return null;
            }

            only = input.Key;
        }

        return only is null ? null : (id, only);
    }

    private ComfyUIInputRole ByName(string id, string input)
    {
        string className = ClassOf(id);
        bool Class(string part) => className.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;
        switch (Definition(id, input)?.UploadKind)
        {
            case "image" or "animated_image":
                return Class("Mask") ? ComfyUIInputRole.Mask : ComfyUIInputRole.Image;
            case "video":
                return ComfyUIInputRole.Video;
            case "audio":
                return ComfyUIInputRole.Audio;
        }

        switch (input)
        {
            case "seed" or "noise_seed":
                return ComfyUIInputRole.Seed;
            case "width" when !Reshapes():
                return ComfyUIInputRole.Width;
            case "height" when !Reshapes():
                return ComfyUIInputRole.Height;
            case "batch_size":
                return ComfyUIInputRole.BatchSize;
            case "length" or "video_length" or "num_frames" or "duration" or "seconds":
                return ComfyUIInputRole.Length;
            case "fps" or "frame_rate":
                return ComfyUIInputRole.FrameRate;
            case "steps":
                return ComfyUIInputRole.Steps;
            case "cfg":
                return ComfyUIInputRole.Cfg;
            case "guidance":
                return ComfyUIInputRole.Guidance;
            case "sampler_name":
                return ComfyUIInputRole.Sampler;
            case "scheduler":
                return ComfyUIInputRole.Scheduler;
            case "denoise":
                return ComfyUIInputRole.Denoise;
            case "ckpt_name":
                return ComfyUIInputRole.Checkpoint;
            case "unet_name":
                return ComfyUIInputRole.Model;
            case "model_name" when Class("Upscale"):
                return ComfyUIInputRole.UpscaleModel;
            case "vae_name":
                return ComfyUIInputRole.Vae;
            case "clip_name" or "clip_name1" or "clip_name2" or "clip_name3" or "clip_name4":
                return ComfyUIInputRole.TextEncoder;
            case "control_net_name":
                return ComfyUIInputRole.ControlNet;
            case "lora_name":
                return ComfyUIInputRole.Lora;
            case "strength_model" or "strength_clip" when Class("Lora"):
                return ComfyUIInputRole.LoraStrength;
            case "filename_prefix":
                return ComfyUIInputRole.FileNamePrefix;
            case "image" when className == "LoadImage":
                return ComfyUIInputRole.Image;
            case "image" when className == "LoadImageMask":
                return ComfyUIInputRole.Mask;
            case "file" when className == "LoadVideo":
                return ComfyUIInputRole.Video;
            case "audio" when className == "LoadAudio":
                return ComfyUIInputRole.Audio;
            case "negative_prompt":
                return ComfyUIInputRole.NegativePrompt;
            case "positive_prompt":
                return ComfyUIInputRole.PositivePrompt;
            case "prompt" or "text" when IsText(id, input) && (input == "prompt" || Class("TextEncode")):
                return TitleOf(id).IndexOf("negative", StringComparison.OrdinalIgnoreCase) >= 0 ? ComfyUIInputRole.NegativePrompt : ComfyUIInputRole.Prompt;
            default:
                return ComfyUIInputRole.None;
        }

        // These change a picture that is there already.
        bool Reshapes() => Class("Crop") || Class("Scale") || Class("Resize") || Class("Pad") || Class("Mask");
    }

    private ComfyUIInputDefinition? Definition(string id, string input) => PromptInputDefinitions.Find(_catalogue?.Find(ClassOf(id)), InputsOf(id), input);

    private string ClassOf(string id) => ((JsonObject)_prompt[id]!).Text("class_type") ?? string.Empty;

    private string TitleOf(string id) => ((JsonObject)_prompt[id]!).Object("_meta")?.Text("title") ?? string.Empty;

    private JsonObject InputsOf(string id) => ((JsonObject)_prompt[id]!).Object("inputs") ?? [];
}
