using System;
using System.Globalization;
using System.Numerics;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Reads what a user, or a column of a CSV file, gives as a seed. Not left to PowerShell's conversion, which makes 0 of an empty cell.
/// </summary>
internal static class SeedArgument
{
    /// <summary>The seed; null when the argument is empty.</summary>
    /// <exception cref="ComfyUIValidationException">It is no whole number from 0 to 2^64-1.</exception>
    internal static ulong? Read(object? argument)
    {
        object? value = ObjectToJson.Unwrap(argument);
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)?.Trim() ?? string.Empty;
        if (text.Length == 0)
        {
            return null;
        }

        if (value is double or float or decimal)
        {
            // 1e3 and 42.0 are whole numbers too; the literal 18446744073709551615 comes as a decimal.
            decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number);
            text = decimal.Truncate(number) == number && number != 0 ? decimal.Truncate(number).ToString(CultureInfo.InvariantCulture) : text;
        }

        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole)
            && whole >= 0 && whole <= ulong.MaxValue)
        {
            return (ulong)whole;
        }

        throw ErrorRecords.InvalidArgument(
            ComfyUIErrorId.UnknownWorkflowInput,
            $"'{text}' is no seed.",
            "Give a whole number from 0 to 18446744073709551615.");
    }
}
