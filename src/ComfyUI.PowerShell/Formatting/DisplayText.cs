using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>What the views of this module show: sizes, times and summaries, in the culture of the moment.</summary>
public static class DisplayText
{
    private const int MostChoices = 6;
    private const int BarWidth = 20;

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

    /// <summary>A time by this machine's clock, and how long ago that is; empty for none.</summary>
    public static string Moment(DateTimeOffset? time)
    {
        if (time is not { } then)
        {
            return string.Empty;
        }

        string text = then.ToLocalTime().ToString("G", CultureInfo.CurrentCulture);
        return DateTimeOffset.UtcNow - then is { TotalDays: > 0 and < 7 } ? $"{text} ({Ago(time)})" : text;
    }

    /// <summary>How long something took, such as <c>2.4 s</c>, <c>3m 05s</c> or <c>2h 10m</c>; empty for nothing known.</summary>
    public static string Took(TimeSpan? duration) => duration switch
    {
        null => string.Empty,
        { TotalSeconds: < 59.95 } time => string.Format(CultureInfo.CurrentCulture, "{0:0.0} s", time.TotalSeconds),
        { TotalHours: < 1 } time => string.Format(CultureInfo.CurrentCulture, "{0}m {1:00}s", time.Minutes, time.Seconds),
        { } time => string.Format(CultureInfo.CurrentCulture, "{0}h {1:00}m", (int)time.TotalHours, time.Minutes),
    };

    /// <summary>
    /// A word of the server's or of a workflow in one line, without what could drive a terminal; a list with commas between. Null for nothing.
    /// </summary>
    public static string? Line(object? value) => Join(value, ", ") is { } text ? Redaction.ServerLine(text, 500) : null;

    /// <summary>Like <see cref="Line"/>, in as many lines as it has, and a list in a line for each.</summary>
    public static string? Text(object? value) => Join(value, "\n") is { } text ? Redaction.Harmless(text) : null;

    /// <summary>An id short enough for a table; <c>-Id</c> takes it, too.</summary>
    public static string ShortId(string id) => Guid.TryParseExact(id, "D", out _) ? id.Substring(0, 8) : id;

    /// <summary>Where a job is on its way, with its place while it waits, in the colour of good or bad news.</summary>
    public static string Status(ComfyUIJob job) => job.Status switch
    {
        ComfyUIJobStatus.Pending when job.QueuePosition is { } position => string.Format(CultureInfo.CurrentCulture, "Pending #{0}", position),
        ComfyUIJobStatus.Running => Colour.Paint("Running", Colour.Cyan),
        _ => OfOutcome(job.Status.ToString(), job.Status),
    };

    /// <summary>When something last happened to a job: its end, its beginning, or its submission.</summary>
    public static string When(ComfyUIJob job) => Ago(job.CompletedAt ?? job.StartedAt ?? job.SubmittedAt);

    /// <summary>What a job gave, or why it did not, in one line.</summary>
    public static string Result(ComfyUIJob job)
    {
        if (job.Error is not null)
        {
            // The id stands in the same row.
            return Line(job.Error.Message.Replace($"Job {job.Id} ", string.Empty))!;
        }

        var names = new List<string>();
        foreach (ComfyUIOutput output in job.Outputs)
        {
            if (output.Type != "temp")
            {
                names.Add(output.File?.Name ?? Line(output)!);
            }
        }

        return string.Join(", ", names);
    }

    /// <summary>A bar of how much of a device's memory is taken, and the numbers; its type when they are unknown.</summary>
    public static string Memory(ComfyUIDevice device) => Bar(device) is { Length: > 0 } bar
        ? string.Format(CultureInfo.CurrentCulture, "{0}  {1} of {2} free", bar, Size(device.VramFree), Size(device.VramTotal))
        : Line(device.Type)!;

    /// <summary>A bar of how much of a device's memory is taken; empty when that is unknown.</summary>
    public static string Bar(ComfyUIDevice device)
    {
        if (device.VramTotal is not > 0 || device.VramFree is not { } free)
        {
            return string.Empty;
        }

        double used = Math.Min(1, Math.Max(0, 1 - (free / (double)device.VramTotal.Value)));
        string colour = used > 0.9 ? Colour.Red : used > 0.7 ? Colour.Yellow : Colour.Green;
        int filled = (int)Math.Round(used * BarWidth);

        // What a terminal that does not speak Unicode can show, too.
        (char full, char empty) = Console.OutputEncoding.CodePage == 65001 ? ('\u2588', '\u2591') : ('#', '.');
        string bar = Colour.Paint(new string(full, filled), colour) + new string(empty, BarWidth - filled);
        return string.Format(CultureInfo.CurrentCulture, "{0} {1,3:0}%", bar, used * 100);
    }

    /// <summary>How bad a problem of a workflow is.</summary>
    public static string Severity(ComfyUIWorkflowProblem problem)
        => Colour.Paint(problem.Severity.ToString(), problem.Severity == ComfyUIProblemSeverity.Error ? Colour.Red : Colour.Yellow);

    /// <summary>What an input of a workflow holds, in one line.</summary>
    public static string Value(ComfyUIWorkflowInput input) => input switch
    {
        { IsLinked: true } => $"<- {input.LinkedNodeId}.{input.LinkedSlot}",
        { IsPresent: false } => "(not set)",
        _ => Line(Convert.ToString(input.Value, CultureInfo.InvariantCulture) ?? "null")!,
    };

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
        ComfyUIJobEventKind.Output => Line(happened.Outputs)!,
        ComfyUIJobEventKind.Done => OfOutcome(
            happened.Text is { } why ? $"{happened.Status}: {Line(why)}" : happened.Job?.Duration is { } time ? $"{happened.Status} in {Took(time)}" : $"{happened.Status}",
            happened.Status ?? ComfyUIJobStatus.Unknown),
        _ => Line(happened.Text) ?? string.Empty,
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

        return Redaction.Harmless($"{string.Join(", ", inputs)} -> {string.Join(", ", outputs)}".Trim());
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
            return Redaction.Harmless(string.Join(" | ", choices)) + (more > 0 ? string.Format(CultureInfo.CurrentCulture, " | ... {0} more", more) : string.Empty);
        }

        string step = input.Step is { } value ? " step " + value.ToString(CultureInfo.CurrentCulture) : string.Empty;
        return (input.Minimum, input.Maximum) switch
        {
            ({ } least, { } most) => string.Format(CultureInfo.CurrentCulture, "{0} to {1}{2}", least, most, step),
            ({ } least, null) => string.Format(CultureInfo.CurrentCulture, "from {0}{1}", least, step),
            (null, { } most) => string.Format(CultureInfo.CurrentCulture, "up to {0}{1}", most, step),
            _ => input.RemoteRoute is { } route ? "from " + Line(route) : string.Empty,
        };
    }

    /// <summary>The default of an input as it would be typed; empty for none.</summary>
    public static string Default(ComfyUIInputDefinition input) => input.Default switch
    {
        null => string.Empty,
        JsonElement json => Redaction.Harmless(json.GetRawText()),
        string text => Redaction.ServerLine(text, 40),
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

    private static string OfOutcome(string text, ComfyUIJobStatus status) => status switch
    {
        ComfyUIJobStatus.Completed => Colour.Paint(text, Colour.Green),
        ComfyUIJobStatus.Failed or ComfyUIJobStatus.Lost => Colour.Paint(text, Colour.Red),
        ComfyUIJobStatus.Interrupted or ComfyUIJobStatus.Unknown => Colour.Paint(text, Colour.Yellow),
        _ => text,
    };


    private static string? Join(object? value, string between)
    {
        if (value is PSObject wrapped)
        {
            value = wrapped.BaseObject;
        }

        if (value is not IEnumerable items || value is string)
        {
            return value is null ? null : Convert.ToString(value, CultureInfo.CurrentCulture);
        }

        var texts = new List<string>();
        foreach (object? item in items)
        {
            texts.Add(Convert.ToString(item, CultureInfo.CurrentCulture) ?? string.Empty);
        }

        return string.Join(between, texts);
    }

    // What is typed in rather than linked.
    private static bool IsWidget(ComfyUIInputDefinition input)
        => !input.ForceInput && input.Type is "INT" or "FLOAT" or "STRING" or "BOOLEAN" or "COMBO";
}
