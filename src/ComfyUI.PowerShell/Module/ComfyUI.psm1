# Loads the assembly of the edition that runs: net8.0 for PowerShell 7.4 and later, netstandard2.0 for Windows PowerShell 5.1.
# Without Join-Path and its like: loading the module that they are in takes longer than loading this one.

$framework = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'netstandard2.0' }

# This file is in bin in the package; in the repository bin is at the root.
$bin = $PSScriptRoot -replace '[\\/]src[\\/]ComfyUI\.PowerShell[\\/]Module$', '/bin'
$assembly = "$bin/$framework/ComfyUI.PowerShell.dll"
try {
    Import-Module -Name $assembly -ErrorAction Stop
}
catch {
    if (Test-Path -LiteralPath $assembly) { throw }
    throw "The ComfyUI module is not built: '$assembly' is missing. Run 'dotnet build' first, or install the packaged module."
}
