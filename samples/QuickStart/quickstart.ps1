# What a user types, from connecting to the file on disk.
param(
    [Parameter(Mandatory)] [string] $Manifest,
    [Parameter(Mandatory)] [uri] $Uri,
    [Parameter(Mandatory)] [string] $Workflow,
    [Parameter(Mandatory)] [string] $OutputPath
)

$ErrorActionPreference = 'Stop'
Import-Module $Manifest

Connect-ComfyUI -Uri $Uri | Format-Table | Out-String | Write-Host
$job = Invoke-ComfyUIWorkflow $Workflow -OutputPath $OutputPath
$job | Format-Table | Out-String | Write-Host

foreach ($file in $job.Files) {
    Write-Host "The picture is $file"
}

Disconnect-ComfyUI
