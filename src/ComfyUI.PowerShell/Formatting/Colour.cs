using System;
using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>
/// Colours for views. PowerShell 7.2 and later take them out again where the host or a file does not show them, as $PSStyle says; Windows
/// PowerShell would not, and gets none.
/// </summary>
internal static class Colour
{
    internal const string Red = "\u001b[31m";
    internal const string Green = "\u001b[32m";
    internal const string Yellow = "\u001b[33m";
    internal const string Cyan = "\u001b[36m";

    private const string End = "\u001b[0m";

    internal static string Paint(string text, string colour) => text.Length > 0 && IsWanted() ? colour + text + End : text;

    // https://no-color.org
    private static bool IsWanted()
        => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && typeof(PSObject).Assembly.GetType("System.Management.Automation.PSStyle") is not null;
}
