# Loads the assembly of the edition that runs: net8.0 for PowerShell 7.4 and later, netstandard2.0 for Windows PowerShell 5.1.

$framework = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'netstandard2.0' }
$base = $ExecutionContext.SessionState.Module.ModuleBase
while ($base -and -not (Test-Path -LiteralPath (Join-Path $base 'ComfyUI.psd1'))) {
    $base = Split-Path -Path $base -Parent
}

$assembly = Join-Path (Join-Path (Join-Path $base 'bin') $framework) 'ComfyUI.PowerShell.dll'
if (-not (Test-Path -LiteralPath $assembly)) {
    throw "The ComfyUI module is not built: '$assembly' is missing. Run 'dotnet build' in '$base' first, or install the packaged module."
}

Import-Module -Name $assembly
