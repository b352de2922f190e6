using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>What the views of this module show: sizes, times and summaries, in the culture of the moment.</summary>
public static class DisplayText
{
    private const int MostChoices = 6;

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with a fitting unit, such as <c>6.5 GiB</c>; empty for none.</summary>
    public static string Size(long? bytes)
    {
        if (bytes is not { } size)
        {
            return string.Empty;
        }

        double value = size;
        int unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Format(CultureInfo.CurrentCulture, unit == 0 ? "{0:0} {1}" : "{0:0.0} {1}", value, Units[unit]);
    }

    /// <summary>How long ago something was, such as <c>3 min ago</c>; the date when it is long ago; empty for none.</summary>
    public static string Ago(DateTimeOffset? time) => Ago(time, DateTimeOffset.UtcNow);

    /// <summary>What happened to a job, beside the kind and the node.</summary>
    public static string Detail(ComfyUIJobEvent happened) => happened.Kind switch
    {
        ComfyUIJobEventKind.Queued => happened.QueuePosition switch
        {
            null or 0 => "waiting for the server",
            1 => "behind 1 job",
            { } position => string.Format(CultureInfo.CurrentCulture, "behind {0} jobs", position),
        },
        ComfyUIJobEventKind.Progress => string.Format(CultureInfo.CurrentCulture, "step {0} of {1}", happened.Step, happened.Steps),
        ComfyUIJobEventKind.Preview => happened.File?.Name ?? Size(happened.Image.Length),
        ComfyUIJobEventKind.Output => string.Join(", ", happened.Outputs),
        ComfyUIJobEventKind.Done => happened.Text is null
            ? string.Format(CultureInfo.CurrentCulture, "{0}{1:' in '0.0' s'}", happened.Status, happened.Job?.Duration?.TotalSeconds)
            : $"{happened.Status}: {happened.Text}",
        _ => happened.Text ?? string.Empty,
    };

    /// <summary>The inputs and outputs of a node in one line: <c>MODEL, LATENT, ... -> LATENT</c>.</summary>
    public static string Signature(ComfyUINodeDefinition node)
    {
        var inputs = new List<string>();
        foreach (ComfyUIInputDefinition input in node.Inputs)
        {
            if (input.Section == ComfyUIInputSection.Required && !IsWidget(input))
            {
                inputs.Add(input.Type);
            }
        }

        var outputs = new List<string>();
        foreach (ComfyUIOutputDefinition output in node.Outputs)
        {
            outputs.Add(output.Type);
        }

        return $"{string.Join(", ", inputs)} -> {string.Join(", ", outputs)}".Trim();
    }

    /// <summary>What a node is marked with: output, deprecated, experimental, API.</summary>
    public static string Marks(ComfyUINodeDefinition node)
    {
        var marks = new List<string>();
        Add(node.IsOutputNode, "output");
        Add(node.IsDeprecated, "deprecated");
        Add(node.IsExperimental, "experimental");
        Add(node.IsApiNode, "API");
        return string.Join(", ", marks);

        void Add(bool isSo, string mark)
        {
            if (isSo)
            {
                marks.Add(mark);
            }
        }
    }

    /// <summary>The limits or choices of an input in one line; empty when there are none.</summary>
    public static string Limits(ComfyUIInputDefinition input)
    {
        if (input.Choices.Count > 0)
        {
            var choices = new List<string>();
            for (int i = 0; i < Math.Min(MostChoices, input.Choices.Count); i++)
            {
                choices.Add(Convert.ToString(input.Choices[i], CultureInfo.InvariantCulture) ?? string.Empty);
            }

            int more = input.Choices.Count - MostChoices;
            return string.Join(" | ", choices) + (more > 0 ? string.Format(CultureInfo.CurrentCulture, " | ... {0} more", more) : string.Empty);
        }

        string step = input.Step is { } value ? " step " + value.ToString(CultureInfo.CurrentCulture) : string.Empty;
        return (input.Minimum, input.Maximum) switch
        {
            ({ } least, { } most) => string.Format(CultureInfo.CurrentCulture, "{0} to {1}{2}", least, most, step),
            ({ } least, null) => string.Format(CultureInfo.CurrentCulture, "from {0}{1}", least, step),
            (null, { } most) => string.Format(CultureInfo.CurrentCulture, "up to {0}{1}", most, step),
            _ => input.RemoteRoute is { } route ? "from " + route : string.Empty,
        };
    }

    /// <summary>The default of an input as it would be typed; empty for none.</summary>
    public static string Default(ComfyUIInputDefinition input) => input.Default switch
    {
        null => string.Empty,
        JsonElement json => json.GetRawText(),
        string text => text.Length <= 40 ? text.Replace('\n', ' ') : text.Substring(0, 39).Replace('\n', ' ') + "…",
        { } value => Convert.ToString(value, CultureInfo.CurrentCulture) ?? string.Empty,
    };

    /// <summary>How long before a moment something was.</summary>
    internal static string Ago(DateTimeOffset? time, DateTimeOffset now)
    {
        if (time is not { } then)
        {
            return string.Empty;
        }

        TimeSpan age = now - then;
        return age.TotalSeconds switch
        {
            < -60 => then.ToLocalTime().ToString("g", CultureInfo.CurrentCulture),
            < 5 => "now",
            < 60 => Text("{0:0} s ago", age.TotalSeconds),
            < 3600 => Text("{0:0} min ago", Math.Floor(age.TotalMinutes)),
            < 86400 => Text("{0:0} h ago", Math.Floor(age.TotalHours)),
            < 7 * 86400 => Text("{0:0} d ago", Math.Floor(age.TotalDays)),
            _ => then.ToLocalTime().ToString("d", CultureInfo.CurrentCulture),
        };

        static string Text(string format, double value) => string.Format(CultureInfo.CurrentCulture, format, value);
    }

    // What is typed in rather than linked.
    private static bool IsWidget(ComfyUIInputDefinition input)
        => !input.ForceInput && input.Type is "INT" or "FLOAT" or "STRING" or "BOOLEAN" or "COMBO";
}
