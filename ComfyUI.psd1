@{
    RootModule             = 'src/ComfyUI.PowerShell/Module/ComfyUI.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f3d7a52-1d0e-4f0c-9f0b-5a1f0c8e2b77'
    Author                 = 'The ComfyUI PowerShell module contributors'
    CompanyName            = 'Unknown'
    Copyright              = '(c) The ComfyUI PowerShell module contributors. MIT License.'
    Description            = 'Drives ComfyUI servers from PowerShell: connect, run any workflow with live progress, get the files, and trust the result.'

    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Core', 'Desktop')
    DotNetFrameworkVersion = '4.7.2'

    TypesToProcess         = @('src/ComfyUI.PowerShell/Module/ComfyUI.Types.ps1xml')
    FormatsToProcess       = @('src/ComfyUI.PowerShell/Module/ComfyUI.Format.ps1xml')

    CmdletsToExport        = @(
        'Clear-ComfyUIMemory'
        'Clear-ComfyUIQueue'
        'Connect-ComfyUI'
        'ConvertTo-ComfyUIPrompt'
        'Disconnect-ComfyUI'
        'Export-ComfyUIWorkflow'
        'Get-ComfyUIJob'
        'Get-ComfyUILog'
        'Get-ComfyUIModel'
        'Get-ComfyUINode'
        'Get-ComfyUISession'
        'Get-ComfyUISetting'
        'Get-ComfyUIStatus'
        'Get-ComfyUITemplate'
        'Get-ComfyUIUserFile'
        'Get-ComfyUIWorkflowInput'
        'Import-ComfyUIWorkflow'
        'Invoke-ComfyUIRequest'
        'Invoke-ComfyUIWorkflow'
        'Remove-ComfyUIJob'
        'Remove-ComfyUIUserFile'
        'Save-ComfyUIOutput'
        'Save-ComfyUIUserFile'
        'Send-ComfyUIFile'
        'Send-ComfyUIUserFile'
        'Set-ComfyUISetting'
        'Set-ComfyUIWorkflowInput'
        'Stop-ComfyUIJob'
        'Submit-ComfyUIWorkflow'
        'Test-ComfyUIWorkflow'
        'Wait-ComfyUIJob'
        'Watch-ComfyUIJob'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()

    PrivateData            = @{
        PSData = @{
            Tags = @('ComfyUI', 'AI', 'image', 'video', 'audio', 'stable-diffusion', 'workflow', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
        }
    }
}
