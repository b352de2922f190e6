# A fresh process: connect, and one run to a file on disk.
param([string] $Uri, [string] $Prompt, [string] $Folder)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module (Join-Path $env:COMFYUI_BENCHMARK_ROOT 'ComfyUI.psd1')
$null = Connect-ComfyUI -BaseUri $Uri
$job = Invoke-ComfyUIWorkflow $Prompt -OutputPath $Folder -Force
if ($job.Status -ne 'Completed') { exit 1 }
