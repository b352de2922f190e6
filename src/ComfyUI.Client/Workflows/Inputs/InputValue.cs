using System;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Turns what a person, or a cell of a table, gives for an input into the JSON value that the server takes for its type.</summary>
internal static class InputValue
{
    /// <summary>Reads a value for an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="text">The value as invariant text.</param>
    /// <param name="misfit">Why it does not fit; null when it does.</param>
    internal static JsonNode? Read(ComfyUIWorkflowInput input, string text, out InputMisfit? misfit)
    {
        misfit = null;
        string trimmed = text.Trim();
        switch (input.Type)
        {
            case "INT" when input.IsTypeKnown || IsWhole(trimmed):
                if (BigInteger.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole))
                {
                    return InRange(input, (decimal?)TryDecimal(whole), out misfit) ? JsonNumber.TryCreate(whole) : null;
                }

                misfit = new InputMisfit(WorkflowValidator.WrongType, "it is not a whole number");
                return null;
            case "INT" or "FLOAT":
                if (double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    && !double.IsNaN(number) && !double.IsInfinity(number))
                {
                    return InRange(input, Math.Abs(number) < 1e28 ? (decimal)number : null, out misfit) ? JsonNumber.TryCreate(number) : null;
                }

                misfit = new InputMisfit(WorkflowValidator.WrongType, "it is not a number (with a point, not a comma)");
                return null;
            case "BOOLEAN":
                if (bool.TryParse(trimmed, out bool flag))
                {
                    return JsonValue.Create(flag);
                }

                misfit = new InputMisfit(WorkflowValidator.WrongType, "it is neither true nor false");
                return null;
            default:
                return Choice(input, text, out misfit);
        }
    }

    private static bool IsWhole(string text) => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static JsonNode? Choice(ComfyUIWorkflowInput input, string text, out InputMisfit? misfit)
    {
        misfit = null;
        if (InputValues.FindChoice(input.Choices, text) is { } choice)
        {
            return InputValues.ToJson(choice);
        }

        if (input.HasOnlyChoices)
        {
            string? nearest = NearestName.Find(text, InputValues.Names(input.Choices));
            misfit = new InputMisfit(
                WorkflowValidator.MissingChoice, "it is none of its choices" + (nearest is null ? string.Empty : $"; did you mean '{nearest}'?"));
            return null;
        }

        // Some packs offer numbers to choose from; the server compares them as such.
        bool isNumber = input.Type == "COMBO" && (input.Value ?? input.Default) is long or ulong or int or decimal or double;
        return isNumber && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number == Math.Floor(number) && Math.Abs(number) < 1e15 ? JsonNumber.TryCreate((long)number) : JsonNumber.TryCreate(number)
            : JsonValue.Create(text);
    }

    private static bool InRange(ComfyUIWorkflowInput input, decimal? number, out InputMisfit? misfit)
    {
        misfit = number is null ? null
            : number < input.Minimum ? new InputMisfit(WorkflowValidator.TooSmall, FormattableString.Invariant($"it is smaller than {input.Minimum}"))
            : number > input.Maximum ? new InputMisfit(WorkflowValidator.TooLarge, FormattableString.Invariant($"it is larger than {input.Maximum}"))
            : null;
        return misfit is null;
    }

    private static decimal? TryDecimal(BigInteger value) => BigInteger.Abs(value) < (BigInteger)decimal.MaxValue ? (decimal)value : null;
}
