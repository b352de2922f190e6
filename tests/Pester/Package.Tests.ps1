# The package as people install it: made by build.ps1, unpacked into a module folder, imported by a PowerShell of its own.

BeforeAll {
    $root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
    $output = Join-Path $TestDrive 'package'
    $made = & (Join-Path $root 'build.ps1') -Task Package -OutputPath $output -InformationAction Ignore | Where-Object { $_ -is [System.IO.FileSystemInfo] }
    $package = $made | Where-Object Extension -EQ '.nupkg'

    # As Install-PSResource does it: the parts that describe the package stay behind.
    $modules = Join-Path $TestDrive 'modules'
    $version = (Import-PowerShellDataFile (Join-Path $root 'ComfyUI.psd1')).ModuleVersion
    $installed = Join-Path (Join-Path $modules 'ComfyUI') $version
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [System.IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, $installed)
    $specification = [xml] (Get-Content -Raw (Join-Path $installed 'ComfyUI.nuspec'))
    foreach ($part in 'ComfyUI.nuspec', '[Content_Types].xml', '_rels') { Remove-Item -LiteralPath (Join-Path $installed $part) -Recurse -Force }

    function Invoke-Child([string] $Command) {
        $separator = [System.IO.Path]::PathSeparator
        & ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path) -NoProfile -NonInteractive -Command "`$env:PSModulePath = '$modules$separator' + `$env:PSModulePath; $Command"
    }
}

Describe 'The package' {
    It 'has a manifest that PowerShell accepts, with its release notes' {
        $manifest = Test-ModuleManifest (Join-Path $installed 'ComfyUI.psd1')
        $manifest.Version | Should -Be $version
        $manifest.ReleaseNotes | Should -Not -BeNullOrEmpty
        $manifest.ExportedCmdlets.Count | Should -BeGreaterThan 10
        $manifest.ProjectUri | Should -BeNullOrEmpty
        $manifest.Tags | Should -Contain 'PSEdition_Core'
        $manifest.Tags | Should -Contain 'PSEdition_Desktop'
    }

    It 'imports by name in a new process and exports every cmdlet' {
        $exported = Invoke-Child 'Import-Module ComfyUI -ErrorAction Stop; (Get-Module ComfyUI).ExportedCmdlets.Keys'
        $expected = (Import-PowerShellDataFile (Join-Path $root 'ComfyUI.psd1')).CmdletsToExport
        ($exported | Sort-Object) -join ' ' | Should -Be (($expected | Sort-Object) -join ' ')
    }

    It 'brings its help' {
        $answer = Invoke-Child 'Import-Module ComfyUI; @((Get-Help Connect-ComfyUI).examples.example).Count; (Get-Help about_ComfyUI_Errors | Out-String).Length'
        [int] $answer[0] | Should -BeGreaterOrEqual 3
        [int] $answer[1] | Should -BeGreaterThan 1000
    }

    It 'is loaded by itself when a cmdlet is named' {
        Invoke-Child 'Get-ComfyUIStatus -Quiet' | Should -Be 'False'
    }

    It 'loads nothing but its own assemblies into PowerShell 7' -Skip:($PSEdition -ne 'Core') {
        $loaded = Invoke-Child 'Import-Module ComfyUI -ErrorAction Stop; $null = Connect-ComfyUI -SkipCheck; [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.Location -like "*modules*" } | ForEach-Object { $_.GetName().Name } | Sort-Object'
        $loaded -join ' ' | Should -Be 'ComfyUI.Client ComfyUI.PowerShell'
        (Get-ChildItem (Join-Path $installed 'bin/net8.0')).Name | Sort-Object | Should -Be 'ComfyUI.Client.dll', 'ComfyUI.PowerShell.dll'
    }

    It 'runs what is compiled ahead for the system it was built on, where that is a common one' {
        $ahead = Get-ChildItem (Join-Path $installed 'bin') -Directory -Filter '*-*'
        if ($ahead.Name -notin 'linux-x64', 'win-x64', 'osx-arm64') {
            Set-ItResult -Skipped -Because "this is '$($ahead.Name)', where the plain assemblies run"
            return
        }

        Invoke-Child '(Get-Command Connect-ComfyUI).DLL; $Error.Count' | Should -Be (Join-Path $ahead.FullName 'ComfyUI.PowerShell.dll'), 0
    }

    It 'holds no symbols, sources or tests' {
        $kinds = Get-ChildItem $installed -Recurse -File | ForEach-Object Extension | Sort-Object -Unique
        $kinds | Where-Object { $_ -notin '', '.dll', '.md', '.ps1xml', '.psd1', '.psm1', '.txt', '.xml' } | Should -BeNullOrEmpty
    }

    It 'describes itself to the Gallery' {
        $specification.package.metadata.id | Should -Be 'ComfyUI'
        $specification.package.metadata.version | Should -Be $version
        $specification.package.metadata.tags.Split(' ') | Should -Contain 'PSModule'
        $specification.package.metadata.tags.Split(' ') | Should -Contain 'PSCmdlet_Invoke-ComfyUIWorkflow'
        $specification.package.metadata.InnerXml | Should -Not -Match 'licenseUrl|projectUrl'
    }

    It 'goes through Install-PSResource and back' {
        if (-not (Get-Command Install-PSResource -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'the module Microsoft.PowerShell.PSResourceGet is not installed'
            return
        }

        $repository = "ComfyUITest$PID"
        Register-PSResourceRepository -Name $repository -Uri (Split-Path $package.FullName) -Trusted
        try {
            $saved = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'saved')
            Save-PSResource -Name ComfyUI -Repository $repository -Path $saved.FullName -TrustRepository
            Test-ModuleManifest (Join-Path $saved.FullName "ComfyUI/$version/ComfyUI.psd1") | Should -Not -BeNullOrEmpty
        }
        finally {
            Unregister-PSResourceRepository -Name $repository
        }
    }
}

Describe 'A repository that is not built' {
    It 'says to build it first' {
        $clone = Join-Path $TestDrive 'clone'
        New-Item -ItemType Directory -Path (Join-Path $clone 'src/ComfyUI.PowerShell') -Force | Out-Null
        Copy-Item (Join-Path $root 'ComfyUI.psd1') $clone
        Copy-Item (Join-Path $root 'src/ComfyUI.PowerShell/Module') (Join-Path $clone 'src/ComfyUI.PowerShell') -Recurse
        { Import-Module (Join-Path $clone 'ComfyUI.psd1') -ErrorAction Stop } | Should -Throw '*dotnet build*'
    }
}
