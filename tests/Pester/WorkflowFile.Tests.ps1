# Workflows in files: read from whatever holds one, turned into prompts, written back.

BeforeAll {
    . (Join-Path $PSScriptRoot 'Common.ps1')
    $server = Start-TestServer
    Connect-ComfyUI $server.Uri | Out-Null

    $saved = Join-Path $TestDrive 'saved.json'
    @'
{
  "version": 0.4, "last_node_id": 3, "last_link_id": 1,
  "nodes": [
    { "id": 1, "type": "EmptyImage", "mode": 0, "inputs": [], "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [1] }], "properties": {}, "widgets_values": [16, 16, 1, 77] },
    { "id": 3, "type": "SaveImage", "title": "F\u00fcchse", "mode": 0, "inputs": [{ "name": "images", "type": "IMAGE", "link": 1 }], "outputs": [], "properties": {}, "widgets_values": ["saved"] }
  ],
  "links": [[1, 1, 0, 3, 0, "IMAGE"]], "groups": [], "config": {}, "extra": {}
}
'@ | Set-Content -LiteralPath $saved
    $catalogue = Join-Path $TestDrive 'nodes.json'
    Invoke-ComfyUIRequest /object_info -OutFile $catalogue | Out-Null

    # From the first chunk of the picture itself on; what is before it are its size and texts.
    function Get-PixelData($File) {
        $text = [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$File"))
        $text.Substring($text.IndexOf('IDAT'))
    }

    $picture = (Invoke-ComfyUIWorkflow $saved -OutputPath $TestDrive).Files[0].FullName
}

AfterAll { Stop-TestServer $server }

Describe 'Export-ComfyUIWorkflow' {
    It 'writes the prompt that ConvertTo makes, as a JSON object of nodes' {
        $file = Import-ComfyUIWorkflow $saved | ConvertTo-ComfyUIPrompt | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive 'prompt.json') -Force
        $prompt = Get-Content -Raw $file | ConvertFrom-Json
        $prompt.PSObject.Properties.Name | Should -Be '1', '3'
        $prompt.'1'.class_type | Should -Be 'EmptyImage'
        $prompt.'3'.inputs.images | Should -Be '1', 0
    }

    It 'keeps what came in UI format in UI format' {
        $file = Import-ComfyUIWorkflow $saved | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive 'again.json')
        (Get-Content -Raw $file | ConvertFrom-Json).nodes[1].title | Should -Be "F$([char] 0xFC)chse"
        (Import-ComfyUIWorkflow $file).Format | Should -Be 'UI'
    }

    It 'overwrites with -Force only, and never with -NoClobber' {
        $path = Join-Path $TestDrive 'kept.json'
        Set-Content -LiteralPath $path -Value 'mine'
        { Export-ComfyUIWorkflow $saved $path } | Should -Throw -ErrorId 'FileExists,*'
        { Export-ComfyUIWorkflow $saved $path -Force -NoClobber } | Should -Throw -ErrorId 'FileExists,*'
        Get-Content $path | Should -Be 'mine'
        Export-ComfyUIWorkflow $saved $path -Force | Out-Null
        { $saved, $saved | Export-ComfyUIWorkflow -Path $path -Force } | Should -Throw -ErrorId 'FileExists,*'
        Get-Content -Raw $path | Should -BeLike '{*'
        Get-ChildItem $TestDrive -Force -Filter '*.partial' | Should -BeNullOrEmpty
    }

    It 'says that the folder is missing, and makes none' {
        $failure = Get-Failure { Export-ComfyUIWorkflow $saved (Join-Path $TestDrive 'nowhere' 'prompt.json') }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotWritten,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*folder exists*'
        Join-Path $TestDrive 'nowhere' | Should -Not -Exist
    }

    It 'writes a workflow into a copy of a picture, which stays the same picture' {
        $other = Import-ComfyUIWorkflow $saved | Set-ComfyUIWorkflowInput -Node 1 -Input color -Value 5
        $copy = $other | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive 'copy.png') -Picture $picture
        $found = Import-ComfyUIWorkflow $copy
        $found.Format | Should -Be 'UI'
        ($found | Get-ComfyUIWorkflowInput -Node 1 -Name color).Value | Should -Be 5

        $back = Import-ComfyUIWorkflow $picture | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive 'back.png') -Picture $copy
        Get-PixelData $back | Should -BeExactly (Get-PixelData $picture)
        (Import-ComfyUIWorkflow $back | Get-ComfyUIWorkflowInput -Node 3 -Name filename_prefix).Value | Should -Be 'saved'
    }

    It 'says so when the picture is none' {
        { Export-ComfyUIWorkflow $saved (Join-Path $TestDrive 'no.png') -Picture $saved } | Should -Throw -ErrorId 'UnknownFileFormat,*'
        Test-Path (Join-Path $TestDrive 'no.png') | Should -BeFalse
    }
}

Describe 'ConvertTo-ComfyUIPrompt' {
    It 'needs no server with a saved catalogue' {
        $prompt = ConvertTo-ComfyUIPrompt $saved -NodeInfo $catalogue -AsJson | ConvertFrom-Json
        $prompt.'1'.inputs.color | Should -Be 77
        $prompt.'3'._meta.title | Should -Be "F$([char] 0xFC)chse"
    }

    It 'reads a saved catalogue once, and again when it has changed' {
        $own = Join-Path $TestDrive 'own.json'
        Copy-Item $catalogue $own
        1..2 | ForEach-Object { (ConvertTo-ComfyUIPrompt $saved -NodeInfo $own).NodeCount | Should -Be 2 }
        Set-Content -LiteralPath $own -Value '{ "SaveImage": { "input": { "required": { "images": ["IMAGE"] } }, "output": [] } }'
        { ConvertTo-ComfyUIPrompt $saved -NodeInfo $own } | Should -Throw -ErrorId 'UnknownNodeClass,*'
        { ConvertTo-ComfyUIPrompt $saved -NodeInfo (Join-Path $TestDrive 'none.json') } | Should -Throw '*none.json*'
    }

    It 'gives a prompt that is one already as it is' {
        (Import-ComfyUIWorkflow $picture | ConvertTo-ComfyUIPrompt).Format | Should -Be 'Api'
    }
}

Describe 'Import-ComfyUIWorkflow' {
    It 'reads a picture, wherever it lies' {
        (Import-ComfyUIWorkflow $picture).NodeCount | Should -Be 2
        (Get-Item $picture | Import-ComfyUIWorkflow).NodeCount | Should -Be 2
        $name = Split-Path $picture -Leaf
        (Import-ComfyUIWorkflow "$($server.Uri)view?filename=$name&type=output").NodeCount | Should -Be 2
    }

    It 'takes wildcards, a name with brackets as it is written, and the files of a folder' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'many')
        'a.json', 'b.json', '[c].json' | ForEach-Object { Copy-Item -LiteralPath $saved -Destination (Join-Path $folder $_) }
        (Import-ComfyUIWorkflow (Join-Path $folder '?.json')).Source | Split-Path -Leaf | Should -Be 'a.json', 'b.json'
        (Import-ComfyUIWorkflow -LiteralPath (Join-Path $folder '[c].json')).NodeCount | Should -Be 2
        @(Get-ChildItem -LiteralPath $folder | Import-ComfyUIWorkflow).Count | Should -Be 3
        @(Get-ChildItem -LiteralPath $folder | ForEach-Object FullName | Where-Object { $_ -notlike '*`[*' } | Import-ComfyUIWorkflow).Count | Should -Be 2
        { Import-ComfyUIWorkflow (Join-Path $folder '*.png') -ErrorAction Stop } | Should -Throw '*.png*'
    }

    It 'reads a workflow that says what it is in UTF-16 or with a mark' {
        $text = Get-Content -Raw -LiteralPath $saved
        foreach ($encoding in 'Unicode', 'BigEndianUnicode', 'utf8BOM') {
            $file = Join-Path $TestDrive "$encoding.json"
            Set-Content -LiteralPath $file -Value $text -Encoding $encoding
            (Import-ComfyUIWorkflow $file).NodeCount | Should -Be 2 -Because $encoding
        }
    }

    It 'refuses an address of another server' {
        { Import-ComfyUIWorkflow 'http://127.0.0.1:9/view?filename=x.png' -ErrorAction Stop } | Should -Throw -ErrorId 'RedirectRefused,*'
    }

    It 'says of each file what is wrong with it, and reads the others' {
        Set-Content -LiteralPath (Join-Path $TestDrive 'page.png') -Value '<html></html>'
        Set-Content -LiteralPath (Join-Path $TestDrive 'cut.json') -Value '{ "1": {'
        $paths = 'page.png', 'cut.json', 'saved.json' | ForEach-Object { Join-Path $TestDrive $_ }
        $read = $paths | Import-ComfyUIWorkflow -ErrorAction SilentlyContinue -ErrorVariable problems
        @($read).Count | Should -Be 1
        $problems.FullyQualifiedErrorId | Should -BeLike '*,ComfyUI.PowerShell.Commands.ImportComfyUIWorkflowCommand'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'UnknownFileFormat,*'
        $problems[1].FullyQualifiedErrorId | Should -BeLike 'InvalidWorkflow,*'
    }
}
