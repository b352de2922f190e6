# What importing the module costs, in things that can be counted.

Describe 'Import-Module' {
    It 'loads the two assemblies of the module and no other' {
        $manifest = (Resolve-Path "$PSScriptRoot/../../ComfyUI.psd1").ProviderPath
        $command = "`$before = [AppDomain]::CurrentDomain.GetAssemblies(); Import-Module '$manifest' -ErrorAction Stop; " +
            '[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_ -notin $before } | ForEach-Object { $_.GetName().Name } | Sort-Object'
        $loaded = & ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path) -NoProfile -NonInteractive -Command $command
        $loaded -join ' ' | Should -Be 'ComfyUI.Client ComfyUI.PowerShell'
    }

    It 'runs no command of another module' {
        $manifest = (Resolve-Path "$PSScriptRoot/../../ComfyUI.psd1").ProviderPath
        $command = "Import-Module '$manifest' -ErrorAction Stop; (Get-Module | Where-Object Name -notlike 'ComfyUI*').Name"
        & ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path) -NoProfile -NonInteractive -Command $command | Should -BeNullOrEmpty
    }
}
