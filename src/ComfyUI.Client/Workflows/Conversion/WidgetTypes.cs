using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Which inputs the interface shows as widgets, and what those hold when a file says nothing.</summary>
internal static class WidgetTypes
{
    internal const string DynamicCombo = "COMFY_DYNAMICCOMBO_V3";
    internal const string Autogrow = "COMFY_AUTOGROW_V3";
    internal const string DynamicSlot = "COMFY_DYNAMICSLOT_V3";
    internal const string MatchType = "COMFY_MATCHTYPE_V3";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "INT", "FLOAT", "BOOLEAN", "STRING", "COMBO", DynamicCombo,
        "MARKDOWN", "IMAGEUPLOAD", "COLOR", "COLORS", "IMAGECOMPARE", "BOUNDING_BOX", "BOUNDING_BOXES", "CHART", "GALLERIA",
        "PAINTER", "COMPOSITOR", "TEXTAREA", "CURVE", "RANGE", "VIDEO_EDIT", "RESOLUTION_PREVIEW",
        "LOAD_3D", "LOAD_3D_ANIMATION", "WEBCAM", "AUDIO_UI", "AUDIOUPLOAD", "AUDIO_RECORD", "FILEUPLOAD",
    };

    /// <summary>Types whose widgets show something and have nothing to send.</summary>
    private static readonly HashSet<string> DisplayOnly = new(StringComparer.Ordinal)
    {
        "RESOLUTION_PREVIEW", "IMAGEUPLOAD", "AUDIO_UI", "AUDIOUPLOAD", "FILEUPLOAD",
    };

    /// <summary>Types whose value only a browser can make: a camera picture, a recording, a rendered view.</summary>
    private static readonly HashSet<string> BrowserOnly = new(StringComparer.Ordinal)
    {
        "LOAD_3D", "LOAD_3D_ANIMATION", "WEBCAM", "AUDIO_RECORD", "PAINTER", "COMPOSITOR",
    };

    internal static bool IsWidget(ComfyUIInputDefinition input) => !input.ForceInput && Names.Contains(input.WidgetType);

    internal static bool IsSent(ComfyUIInputDefinition? input) => input is null || !DisplayOnly.Contains(input.WidgetType);

    internal static bool NeedsBrowser(ComfyUIInputDefinition? input) => input is not null && BrowserOnly.Contains(input.WidgetType);

    /// <summary>How many further slots of <c>widgets_values</c> follow the widget's own: what the browser puts beside it and never sends.</summary>
    internal static int ExtraSlots(ComfyUIInputDefinition input, string fullName)
    {
        // The same few classes come again and again; only a name within a dynamic combo is another.
        return fullName == input.Name ? input.ExtraWidgetSlots ??= CountExtraSlots(input, fullName) : CountExtraSlots(input, fullName);
    }

    private static int CountExtraSlots(ComfyUIInputDefinition input, string fullName)
    {
        switch (input.WidgetType)
        {
            case "INT":
                // The names count only as they stand; 'model.seed' in a dynamic combo is no seed unless flagged.
                return input.Flag("control_after_generate") || (input.ControlAfterGenerate && fullName == input.Name) ? 1 : 0;
            case "FLOAT":
                return input.Flag("control_after_generate") ? 1 : 0;
            case "COMBO":
                int extra = input.Flag("control_after_generate") ? input.IsMultiSelect ? 1 : 2 : 0;
                bool refresh = input.Options.TryGetProperty("remote", out JsonElement remote) && remote.ValueKind == JsonValueKind.Object
                    && remote.TryGetProperty("refresh_button", out JsonElement button) && button.ValueKind == JsonValueKind.True;
                return refresh ? extra + 2 : extra;
            case "BOUNDING_BOX":
                return input.Options.TryGetProperty("component", out JsonElement component)
                    && component.ValueKind == JsonValueKind.String && component.GetString() == "ImageCrop" ? 4 : 0;
            default:
                return 0;
        }
    }

    /// <summary>What a new widget holds.</summary>
    internal static bool TryGetDefault(ComfyUIInputDefinition input, out JsonNode? value)
    {
        if (input.WidgetType == DynamicCombo)
        {
            value = input.DynamicOptions.Count > 0 ? JsonValue.Create(input.DynamicOptions[0].Key) : null;
            return value is not null;
        }

        if (input.Options.TryGetProperty("default", out JsonElement given) && given.ValueKind != JsonValueKind.Null)
        {
            value = JsonText.ToNode(given);
            return true;
        }

        switch (input.WidgetType)
        {
            case "INT" or "FLOAT":
                value = JsonNumber.FromLiteral("0");
                return true;
            case "BOOLEAN":
                value = JsonValue.Create(false);
                return true;
            case "STRING" or "TEXTAREA" or "MARKDOWN":
                value = JsonValue.Create(string.Empty);
                return true;
            case "COMBO":
                value = input.FirstChoice is { } choice ? JsonText.ToNode(choice) : null;
                return value is not null;
            case "IMAGECOMPARE":
                // Two pictures' addresses in the browser; the class wants it, and makes no use of it.
                value = new JsonArray { JsonValue.Create(string.Empty), JsonValue.Create(string.Empty) };
                return true;
            case "COLOR":
                value = JsonValue.Create("#000000");
                return true;
            default:
                value = null;
                return false;
        }
    }
}
