BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer

    # The picture workflow as the browser saves it.
    function New-UIWorkflow {
        @'
{ "version": 0.4, "last_node_id": 3, "last_link_id": 2,
  "nodes": [
    { "id": 1, "type": "EmptyImage", "mode": 0, "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [1] }], "widgets_values": [8, 8, 1, 7] },
    { "id": 2, "type": "SleepProgress", "title": "Slow node", "mode": 0, "inputs": [{ "name": "image", "type": "IMAGE", "link": 1 }],
      "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [2] }], "widgets_values": [0.0, 1, 0, "fixed", false, "JPEG"] },
    { "id": 3, "type": "SaveImage", "mode": 0, "inputs": [{ "name": "images", "type": "IMAGE", "link": 2 }], "widgets_values": ["ui"] } ],
  "links": [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]] }
'@
    }
}

AfterAll { Stop-TestServer $server }

Describe 'Get-ComfyUIWorkflowInput' {
    AfterEach { Disconnect-ComfyUI -All }

    It 'lists inputs without a server' {
        $inputs = New-SeedWorkflow | Get-ComfyUIWorkflowInput
        $seed = $inputs | Where-Object Role -EQ Seed
        $seed.Key | Should -Be '3.seed'
        $seed.Value | Should -Be 0
        ($inputs | Where-Object Key -EQ '2.images').LinkedNodeId | Should -Be '3'
    }

    It 'adds limits with a server' {
        $null = Connect-ComfyUI $server.Uri
        $width = Get-ComfyUIWorkflowInput (New-ImageWorkflow) -Node Canvas -Name wid*
        $width.Maximum | Should -BeGreaterThan 1024
        $width.Type | Should -Be INT
        $width.Role | Should -Be Width
    }

    It 'finds by node and name with wildcards' {
        (New-ImageWorkflow | Get-ComfyUIWorkflowInput -Node Save* -Name file*, nothing).Key | Should -Be '2.filename_prefix'
        (New-ImageWorkflow | Get-ComfyUIWorkflowInput -Node 1).Count | Should -Be 4
    }

    It 'lists a UI workflow' {
        $null = Connect-ComfyUI $server.Uri
        (Get-ComfyUIWorkflowInput (New-UIWorkflow) seed).Key | Should -Be '2.seed'
    }

    It 'shows a table' { (New-ImageWorkflow | Get-ComfyUIWorkflowInput | Out-String) | Should -Match 'filename_prefix' }
}

Describe 'Set-ComfyUIWorkflowInput' {
    BeforeAll { $null = Connect-ComfyUI $server.Uri }
    AfterAll { Disconnect-ComfyUI -All }

    It 'sets one value and leaves the workflow as it is' {
        $before = New-ImageWorkflow | ConvertTo-Json -Depth 9 | Set-Variable json -PassThru | ForEach-Object { [ComfyUI.Client.ComfyUIWorkflow]::Parse($_.Value) }
        $after = $before | Set-ComfyUIWorkflowInput -Node Canvas -Input width -Value 64
        ($after.ToJson() | ConvertFrom-Json).'1'.inputs.width | Should -Be 64
        ($before.ToJson() | ConvertFrom-Json).'1'.inputs.width | Should -Be 8
    }

    It 'sets several, and a UI workflow stays one' {
        $after = New-UIWorkflow | Set-ComfyUIWorkflowInput -Parameter @{ '2.seed' = 18446744073709551615; 'SaveImage.filename_prefix' = 'other' }
        $after.Format | Should -Be UI
        $after.ToJson($false) | Should -Match '\[0\.0,1,18446744073709551615,"fixed",false,"JPEG"\]'
        $after.ToJson($false) | Should -Match '\["other"\]'
    }

    It 'refuses what the server would, unless forced' {
        $failure = Get-Failure { New-ImageWorkflow | Set-ComfyUIWorkflowInput -Node 1 -Input width -Value -5 -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidInputValue,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*from 1*'
        $forced = New-ImageWorkflow | Set-ComfyUIWorkflowInput -Node 1 -Input width -Value -5 -Force
        ($forced.ToJson() | ConvertFrom-Json).'1'.inputs.width | Should -Be -5
    }

    It 'links, removes links and takes nodes out' {
        $linked = New-UIWorkflow | Set-ComfyUIWorkflowInput -Node 3 -Input images -Link 'EmptyImage.IMAGE'
        ($linked | ConvertTo-ComfyUIPrompt -AsJson | ConvertFrom-Json).'3'.inputs.images[0] | Should -Be '1'
        $open = New-UIWorkflow | Set-ComfyUIWorkflowInput -Node 3 -Input images -Unlink
        ($open | Test-ComfyUIWorkflow).Type | Should -Be 'required_input_missing'
        $bypassed = New-UIWorkflow | Set-ComfyUIWorkflowInput -Bypass 'Slow node'
        ($bypassed | ConvertTo-ComfyUIPrompt -AsJson | ConvertFrom-Json).'3'.inputs.images[0] | Should -Be '1'
        ($bypassed | Set-ComfyUIWorkflowInput -Enable SleepProgress | ConvertTo-ComfyUIPrompt -AsJson | ConvertFrom-Json).'3'.inputs.images[0] | Should -Be '2'
    }
}

Describe 'A picture of a UI workflow' {
    BeforeAll { $null = Connect-ComfyUI $server.Uri }
    AfterAll { Disconnect-ComfyUI -All }

    It 'holds the UI workflow that becomes the very prompt that ran' {
        $path = Join-Path $TestDrive 'ui.json'
        Set-Content -LiteralPath $path -Value (New-UIWorkflow)
        $job = Invoke-ComfyUIWorkflow $path -Seed 5 -Parameter @{ 'EmptyImage.color' = 99 } -OutputPath $TestDrive
        $sent = Get-SentPrompt $server | ConvertTo-Json -Depth 9 -Compress

        $picture = Import-ComfyUIWorkflow $job.Files[0]
        $uiPath = Join-Path $TestDrive 'embedded.json'
        $picture | Export-ComfyUIWorkflow -Path $uiPath -Format UI
        $embedded = Import-ComfyUIWorkflow $uiPath
        $embedded.Format | Should -Be UI
        $embedded | ConvertTo-ComfyUIPrompt -AsJson | ConvertFrom-Json | ConvertTo-Json -Depth 9 -Compress | Should -Be $sent
        $sent | Should -Match '"seed":5'
        $sent | Should -Match '"color":99'
    }

    It 'is edited with its prompt, and run again is true to what ran' {
        $path = Join-Path $TestDrive 'again.json'
        Set-Content -LiteralPath $path -Value (New-UIWorkflow)
        $job = Invoke-ComfyUIWorkflow $path -Seed 6 -OutputPath $TestDrive
        $second = Invoke-ComfyUIWorkflow $job.Files[0].FullName -Seed 77 -OutputPath $TestDrive
        $text = (Import-ComfyUIWorkflow $second.Files[0] | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive 'again-ui.json') -Format UI | Get-Content -Raw | ConvertFrom-Json)
        ($text.nodes | Where-Object id -EQ 2).widgets_values[2] | Should -Be 77
    }
}
