using System.Collections.Generic;

namespace ComfyUI.PowerShell.Tests;

/// <summary>What became of one Pester file, as Invoke-PesterFile.ps1 writes it.</summary>
/// <param name="Missing">Why nothing could be run; null when it could.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Problems">What failed outside a test.</param>
internal sealed record PesterReport(string? Missing, IReadOnlyList<PesterTest> Tests, IReadOnlyList<string> Problems);

/// <summary>One test of a Pester file.</summary>
internal sealed record PesterTest(string Name, string Result, string Message, double Seconds);
