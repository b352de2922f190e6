# Runs one Pester file and writes what became of its tests as JSON, for ComfyUI.PowerShell.Tests.
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $ReportPath
)

$report = @{ Missing = $null; Tests = @(); Problems = @() }
try {
    $installed = Get-Module -Name Pester -ListAvailable | Where-Object { $_.Version.Major -eq 5 } | Select-Object -First 1 -ExpandProperty Path
    Import-Module -Name ($installed ?? $env:COMFYUI_TEST_PESTER) -ErrorAction Stop
}
catch {
    $report.Missing = "Pester 5 is neither installed in a module folder nor among the restored packages: $_"
}

if (-not $report.Missing) {
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    $configuration.Output.RenderMode = 'Plaintext'
    $result = Invoke-Pester -Configuration $configuration

    $messages = { param($errorRecords) @($errorRecords | ForEach-Object { "$($_.DisplayErrorMessage)`n$($_.DisplayStackTrace)" }) -join "`n" }
    $report.Tests = @($result.Tests | ForEach-Object {
            # Set-ItResult gives its reason as the error's message.
            $reason = if ($_.Result -in 'Skipped', 'Inconclusive') { @($_.ErrorRecord | ForEach-Object { $_.Exception.Message }) -join ' ' }
            @{
                Name    = $_.ExpandedPath
                Result  = "$($_.Result)"
                Message = if ($reason) { $reason } else { & $messages $_.ErrorRecord }
                Seconds = $_.Duration.TotalSeconds
            }
        })
    # What fails outside a test: a BeforeAll, or the file itself.
    $report.Problems = @(@($result.FailedBlocks) + @($result.FailedContainers) | Where-Object { $_ } | ForEach-Object { & $messages $_.ErrorRecord })
}

[System.IO.File]::WriteAllText($ReportPath, (ConvertTo-Json -InputObject $report -Depth 5))
