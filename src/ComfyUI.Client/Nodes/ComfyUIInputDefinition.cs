using System;
using System.Collections.Generic;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>One input of a node class: its type, limits and how the interface shows it.</summary>
public sealed class ComfyUIInputDefinition
{
    private readonly JsonElement _choices;
    private IReadOnlyList<object>? _choiceList;
    private IReadOnlyList<DynamicInputOption>? _dynamicOptions;

    // Converting a workflow asks for these once for every widget of every node.
    private bool? _forceInput;
    private bool? _dynamicPrompts;
    private string? _widgetType;
    private string? _uploadKind;

    internal ComfyUIInputDefinition(string name, ComfyUIInputSection section, string type, JsonElement choices, JsonElement options)
    {
        Name = name;
        Section = section;
        Type = type;
        _choices = choices;
        Options = options;
    }

    /// <summary>The name, as it stands in a prompt's <c>inputs</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the input is required, optional or hidden.</summary>
    public ComfyUIInputSection Section { get; }

    /// <summary>The type, such as <c>INT</c>, <c>IMAGE</c>, <c>COMBO</c> for a list of choices, or several separated by commas; <c>*</c> takes anything.</summary>
    public string Type { get; }

    /// <summary>Every option the server gave, as JSON; an empty object when it gave none.</summary>
    public JsonElement Options { get; }

    /// <summary>The value used when none is given: a string, bool, long, ulong, decimal, double, or JSON for anything else; null when there is none.</summary>
    public object? Default => Options.TryGetProperty("default", out JsonElement value) ? NodeDefinitionReader.ToObject(value) : null;

    /// <summary>The smallest number taken; null when there is no limit.</summary>
    public decimal? Minimum => Number("min");

    /// <summary>The largest number taken; null when there is no limit.</summary>
    public decimal? Maximum => Number("max");

    /// <summary>The step the interface counts in; null when the server gave none.</summary>
    public decimal? Step => Number("step");

    /// <summary>What can be chosen, in the server's order: strings as a rule, numbers and bools with some packs. Empty for inputs that are no choice.</summary>
    public IReadOnlyList<object> Choices => _choiceList ??= NodeDefinitionReader.ReadChoices(_choices);

    /// <summary>Whether text may have several lines.</summary>
    public bool IsMultiline => Flag("multiline");

    /// <summary>Whether the input takes links only, though its type could be typed in.</summary>
    public bool ForceInput => _forceInput ??= Flag("forceInput");

    /// <summary>Whether the interface shows the input on demand only.</summary>
    public bool IsAdvanced => Flag("advanced");

    /// <summary>Whether the interface rolls <c>{a|b}</c> in the text before it sends it.</summary>
    public bool DynamicPrompts => _dynamicPrompts ??= Flag("dynamicPrompts");

    /// <summary>Whether several choices may be taken.</summary>
    public bool IsMultiSelect => Flag("multi_select") || Flag("multiselect");

    /// <summary>Whether the interface changes the value after each run, as it does with seeds.</summary>
    public bool ControlAfterGenerate
        => HasOption("control_after_generate")
            ? Flag("control_after_generate")
            : Type == "INT" && Name is ("seed" or "noise_seed");

    /// <summary>What the interface does with a new input's value after each run when the server names it, such as <c>fixed</c>; null when it does not.</summary>
    internal string? ControlDefault => Text("control_after_generate");

    /// <summary>The kind of file that can be uploaded for this input: <c>image</c>, <c>animated_image</c>, <c>video</c>, <c>audio</c> or <c>file</c>; null when none.</summary>
    public string? UploadKind
    {
        get
        {
            _uploadKind ??= Flag("image_upload") ? "image"
                : Flag("animated_image_upload") ? "animated_image"
                : Flag("video_upload") ? "video"
                : Flag("audio_upload") ? "audio"
                : Flag("file_upload") ? "file"
                : string.Empty;
            return _uploadKind.Length > 0 ? _uploadKind : null;
        }
    }

    /// <summary>The route of this server that lists the choices; null when they are in <see cref="Choices"/>.</summary>
    public string? RemoteRoute
        => Options.TryGetProperty("remote", out JsonElement remote) && remote.ValueKind == JsonValueKind.Object
            && remote.TryGetProperty("route", out JsonElement route) && route.ValueKind == JsonValueKind.String
            ? route.GetString()
            : null;

    /// <summary>An explanation for people; null when there is none.</summary>
    public string? Tooltip => Text("tooltip");

    /// <summary>The name people see; the input's name when the server gives none.</summary>
    public string DisplayName => Text("display_name") ?? Name;

    /// <summary>The kind of widget when it differs from the type.</summary>
    internal string WidgetType => _widgetType ??= Text("widgetType") ?? Type;

    /// <summary>How many further values the interface keeps behind this one's, once that has been found out.</summary>
    internal int? ExtraWidgetSlots { get; set; }

    /// <summary>The first choice as it stands in the catalogue; null when there is none. Cheap, however many there are.</summary>
    internal JsonElement? FirstChoice => _choices.ValueKind == JsonValueKind.Array && _choices.GetArrayLength() > 0 ? _choices[0] : null;

    /// <summary>For a dynamic combo, each choice with the inputs that come with it.</summary>
    internal IReadOnlyList<DynamicInputOption> DynamicOptions => _dynamicOptions ??= NodeDefinitionReader.ReadDynamicOptions(_choices);

    /// <inheritdoc/>
    public override string ToString() => Name + " (" + Type + ")";

    /// <summary>Whether an option has a truthy value, in the JavaScript sense: the interface is what reads these.</summary>
    internal bool Flag(string option)
        => Options.TryGetProperty(option, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.Object or JsonValueKind.Array => true,
            JsonValueKind.String => value.GetString()!.Length > 0,
            JsonValueKind.Number => value.GetDouble() != 0,
            _ => false,
        };

    private bool HasOption(string option)
        => Options.TryGetProperty(option, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    private string? Text(string option)
        => Options.TryGetProperty(option, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // A limit beyond decimal's range (Infinity, 1e308) limits nothing a person would type.
    private decimal? Number(string option)
        => Options.TryGetProperty(option, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number)
            ? number
            : null;
}
