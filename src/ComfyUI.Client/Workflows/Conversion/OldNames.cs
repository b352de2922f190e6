using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Names in files of 2023 that ComfyUI has changed since. The interface puts the new ones in their place when it loads a file.</summary>
internal static class OldNames
{
    private const string SamplerStart = "sample_";

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["T2IAdapterLoader"] = "ControlNetLoader",
        ["ConditioningAverage "] = "ConditioningAverage",
        ["SDV_img2vid_Conditioning"] = "SVD_img2vid_Conditioning",
    };

    internal static string Class(string name) => Classes.TryGetValue(name, out string? current) ? current : name;

    /// <summary>The value of a widget: samplers were once called <c>sample_euler</c> and so on.</summary>
    internal static JsonNode? Value(string className, string widgetName, JsonNode? value)
        => widgetName == "sampler_name" && className is ("KSampler" or "KSamplerAdvanced")
            && JsonRead.Text(value) is { } text && text.StartsWith(SamplerStart, StringComparison.Ordinal)
            ? JsonValue.Create(text.Substring(SamplerStart.Length))
            : value;
}
