# Every example of docs/en-US is run as it is written, with a connected session, in a folder that holds what HelpFiles holds and pictures
# made by the server: fox.png, mask.png, and picture.png, which has its workflow inside. The server keeps two workflows for the user. An example after <!-- not run: reason --> is skipped.

BeforeDiscovery {
    $root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
    $pages = @(Get-ChildItem (Join-Path $root 'docs/en-US') -Filter *-*.md)
    $cmdlets = @((Import-PowerShellDataFile (Join-Path $root 'ComfyUI.psd1')).CmdletsToExport | ForEach-Object { @{ Name = $_ } })
    $topics = @(Get-ChildItem (Join-Path $root 'docs/en-US') -Filter about_*.help.txt | ForEach-Object { @{ Name = $_.Name -replace '\.help\.txt$' } })
    $examples = foreach ($page in $pages) {
        $text = [System.IO.File]::ReadAllText($page.FullName) -replace '\r'
        if ($text -notmatch '(?ms)^## Examples$(?<section>.*?)(^## |\z)') { continue }
        foreach ($part in $Matches.section -split '(?m)^### ' | Select-Object -Skip 1) {
            $title = ($part -split "`n")[0].Trim()
            $code = if ($part -match '(?ms)^```powershell\n(?<code>.*?)\n```$') { $Matches.code }
            $shown = if ($part -match '(?ms)^```output\n(?<shown>.*?)\n```$') { $Matches.shown }
            $notRun = if ($part -match '<!-- not run: (?<why>.*?) -->') { $Matches.why }
            @{ Page = $page.BaseName; Title = $title; Code = $code; Shown = $shown; NotRun = $notRun }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $ProgressPreference = 'SilentlyContinue'
    $server = Start-TestServer
    $servers = @{
        'http://127.0.0.1:8188'     = $server
        'https://gpu.example/comfy' = Start-TestServer -Arguments '--username', 'ada', '--password', 'correct horse', '--path-prefix', '/comfy'
        'https://token.example'     = Start-TestServer -Arguments '--bearer-token', 'tok-123'
        'https://apps.example'      = Start-TestServer -Arguments '--gateway'
    }

    # What asks a person is answered for the servers above.
    function Get-Credential { New-TestCredential ada 'correct horse' }
    function Read-Host { ConvertTo-Secret 'tok-123' }

    $files = Join-Path $TestDrive 'files'
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'HelpFiles') -Destination $files -Recurse
    $session = Connect-ComfyUI $server.Uri
    $made = Invoke-ComfyUIWorkflow (Join-Path $files 'portrait.json') -OutputPath $TestDrive
    foreach ($name in 'picture.png', 'fox.png', 'mask.png') { Copy-Item -LiteralPath $made.Outputs[0].File.FullName -Destination (Join-Path $files $name) }
    $null = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction SilentlyContinue
    Disconnect-ComfyUI

    # Replaces the addresses of the pages with those of the servers of this test.
    function Edit-Address([string] $Text) {
        foreach ($name in $servers.Keys) { $Text = $Text.Replace($name, $servers[$name].Uri.ToString().TrimEnd('/')) }
        $Text
    }
    $settings = Join-Path $files 'server.env'
    [System.IO.File]::WriteAllText($settings, (Edit-Address ([System.IO.File]::ReadAllText($settings))))

    # Without the differences that say nothing: spaces, and the lines of a table's head.
    function Get-ShownLine([string] $Text) {
        foreach ($line in $Text -split '\r?\n') { if ($line.Trim()) { ($line -replace '\s+', ' ').Trim() } }
    }
}

AfterAll {
    foreach ($one in $servers.Values) { Stop-TestServer $one }
}

Describe 'The examples of <Page>' -ForEach ($examples | Group-Object { $_.Page } | ForEach-Object { @{ Page = $_.Name; Examples = $_.Group } }) {
    BeforeEach {
        $folder = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
        Copy-Item -LiteralPath $files -Destination $folder -Recurse
        Push-Location -LiteralPath $folder
        $null = Connect-ComfyUI $server.Uri
        # What somebody has saved in the browser.
        'portrait.json', 'draft.json' | ForEach-Object { $null = Send-ComfyUIUserFile ./ui.json -Name $_ -Force }
        # What is to be stopped.
        if ($Page -in 'Stop-ComfyUIJob', 'Clear-ComfyUIQueue') { $null = 1..3 | ForEach-Object { Submit-ComfyUIWorkflow ./long.json -RandomizeSeed } }
    }

    AfterEach {
        Pop-Location
        Get-Job | Remove-Job -Force
        Disconnect-ComfyUI -All
        Remove-Item -Path Env:COMFYUI_* -Exclude COMFYUI_TEST_*
        # The history stays, so that there is one to be looked at.
        $null = Connect-ComfyUI $server.Uri
        Clear-ComfyUIQueue -Force
        Get-ComfyUIJob -Status Running | Stop-ComfyUIJob
        Disconnect-ComfyUI
    }

    It '<Title>' -ForEach $Examples {
        if ($NotRun) {
            Set-ItResult -Skipped -Because $NotRun
            return
        }

        $Code | Should -Not -BeNullOrEmpty
        $run = [scriptblock]::Create("Set-StrictMode -Version Latest; `$ErrorActionPreference = 'Stop'`n" + (Edit-Address $Code))
        $output = & $run | Out-String -Width 120
        if ($Shown) {
            # An ellipsis stands for what differs from run to run.
            $lines = @(Get-ShownLine $output)
            $expected = @(Get-ShownLine (Edit-Address $Shown))
            for ($i = 0; $i -lt $expected.Count; $i++) {
                $pattern = [WildcardPattern]::Escape($expected[$i]) -replace '…', '*'
                "$($lines[$i])" | Should -BeLike $pattern -Because "it wrote:`n$output"
            }
        }
    }
}

Describe 'The tour of README.md' {
    It 'works, from connecting to tidying up' {
        $readme = [System.IO.File]::ReadAllText((Join-Path $RepositoryRoot 'README.md')) -replace '\r'
        $readme -match '(?ms)^## A tour$(?<section>.*?)^## ' | Should -BeTrue
        $blocks = [regex]::Matches($Matches.section, '(?ms)^```powershell\n(.*?)\n```$') | ForEach-Object { $_.Groups[1].Value }
        @($blocks).Count | Should -BeGreaterThan 4

        $folder = Join-Path $TestDrive 'tour'
        Copy-Item -LiteralPath $files -Destination $folder -Recurse
        Push-Location -LiteralPath $folder
        try {
            $ErrorActionPreference = 'Stop'
            foreach ($block in $blocks) { . ([scriptblock]::Create((Edit-Address $block))) | Out-String | Out-Null }
        }
        finally { Pop-Location }
        Get-ChildItem (Join-Path $folder 'out') | Should -Not -BeNullOrEmpty
        Get-ComfyUISession | Should -BeNullOrEmpty
    }
}

Describe 'The help of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help -Name $Name -Full
        $text = $help | Out-String
        $declared = (Get-Command $Name).Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and -not $_.IsDynamic }
    }

    It 'has a synopsis and a description' {
        $help.Synopsis | Should -Match '\w+ \w+'
        $help.Synopsis | Should -Not -Match '<|\[\['
        ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'tells of every parameter' {
        $described = @($help.parameters.parameter)
        ($described.name | Sort-Object) -join ' ' | Should -Be (($declared.Name | Sort-Object) -join ' ')
        $described | Where-Object { -not ($_.description | Out-String).Trim() } | ForEach-Object name | Should -BeNullOrEmpty
    }

    It 'says of each parameter what PowerShell says of it' {
        foreach ($parameter in $declared) {
            $described = $help.parameters.parameter | Where-Object name -EQ $parameter.Name
            (($described.aliases -split ', ' | Where-Object { $_ -ne 'none' } | Sort-Object) -join ' ') | Should -Be (($parameter.Aliases | Sort-Object) -join ' ')
            $sets = @($parameter.ParameterSets.Values)
            $described.pipelineInput | Should -BeLike $(if ($sets.ValueFromPipeline -contains $true -or $sets.ValueFromPipelineByPropertyName -contains $true) { 'True*' } else { 'False' })
            $sets.IsMandatory | Should -Contain ([bool]::Parse($described.required))
        }
    }

    It 'has the syntax that PowerShell shows' {
        @($help.syntax.syntaxItem).Count | Should -Be @((Get-Command $Name).ParameterSets).Count
    }

    It 'has three examples or more, each with code' {
        $shown = @($help.examples.example)
        $shown.Count | Should -BeGreaterOrEqual 3
        $shown | Where-Object { $_.code -notmatch '-ComfyUI' } | ForEach-Object title | Should -BeNullOrEmpty
        (Get-Help -Name $Name -Examples | Out-String) | Should -Match ([regex]::Escape($shown[0].title))
    }

    It 'names what to read next' { @($help.relatedLinks.navigationLink).Count | Should -BeGreaterThan 0 }
}

Describe 'The topic <Name>' -ForEach $topics {
    It 'is found, with its short description' {
        $found = @(Get-Help -Name $Name)
        ($found | Out-String) | Should -Match "(?s)^\s*TOPIC\s+$Name\s+SHORT DESCRIPTION\s+\w+"
        (Get-Help -Name "$Name*" | Where-Object Name -EQ $Name).Synopsis | Should -Not -BeNullOrEmpty
    }
}

Describe 'Help in a PowerShell with another language' {
    It 'is found for <_>' -ForEach 'de-DE', '' {
        $language = $_
        $code = "[cultureinfo]::CurrentUICulture = '$language'; Import-Module '$ModuleManifest'; (Get-Help Connect-ComfyUI).examples.example.Count; (Get-Help about_ComfyUI | Out-String).Length -gt 100"
        $answer = & ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path) -NoProfile -NonInteractive -Command $code
        [int] $answer[0] | Should -BeGreaterOrEqual 3
        $answer[1] | Should -Be 'True'
    }
}
