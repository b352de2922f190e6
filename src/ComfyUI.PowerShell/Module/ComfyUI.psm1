# Loads the assembly of the edition that runs: net8.0 for PowerShell 7.4 and later, netstandard2.0 for Windows PowerShell 5.1. A release
# brings net8.0 compiled ahead for a system, too, which starts faster and loads nowhere else.
# As few and as plain statements as can be: they, and the modules that Join-Path and its like are in, take longer than all the rest.

$folder = if ($PSEdition -ne 'Core') { 'netstandard2.0' } elseif ($IsLinux) { 'linux-x64' } elseif ($IsWindows) { 'win-x64' } else { 'osx-arm64' }
Import-Module "$PSScriptRoot/../../../bin/$folder/ComfyUI.PowerShell.dll" -ErrorAction Ignore
if (-not $?) {
    try { Import-Module "$PSScriptRoot/../../../bin/net8.0/ComfyUI.PowerShell.dll" -ErrorAction Stop }
    catch {
        if (Test-Path -Path "$PSScriptRoot/../../../bin/net*/ComfyUI.PowerShell.dll") { throw }
        throw "The ComfyUI module is not built. Run 'dotnet build' first, or install the packaged module."
    }
}
