# The parameters that a workflow itself gives a run: named after what they are for, completed from the server, bound from tables.

BeforeAll {
    . (Join-Path $PSScriptRoot 'Common.ps1')
    $server = Start-TestServer
    Connect-ComfyUI $server.Uri | Out-Null

    $portrait = Join-Path $TestDrive 'portrait.json'
    @'
{
  "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "dummy_v1.safetensors" } },
  "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "a fox", "clip": ["1", 1] } },
  "3": { "class_type": "CLIPTextEncode", "inputs": { "text": "blurry", "clip": ["1", 1] } },
  "4": { "class_type": "EmptyLatentImage", "inputs": { "width": 16, "height": 16, "batch_size": 1 } },
  "5": { "class_type": "KSampler", "inputs": { "seed": 42, "steps": 1, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
         "model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0], "latent_image": ["4", 0] } },
  "6": { "class_type": "VAEDecode", "inputs": { "samples": ["5", 0], "vae": ["1", 2] } },
  "7": { "class_type": "SaveImage", "inputs": { "images": ["6", 0], "filename_prefix": "portrait" } }
}
'@ | Set-Content -LiteralPath $portrait

    $app = Join-Path $TestDrive 'fox.app.json'
    @'
{
  "version": 0.4, "last_node_id": 3, "last_link_id": 1,
  "nodes": [
    { "id": 1, "type": "EmptyImage", "title": "Canvas", "mode": 0, "inputs": [], "outputs": [{ "name": "IMAGE", "type": "IMAGE", "links": [1] }], "properties": {}, "widgets_values": [16, 16, 1, 77] },
    { "id": 3, "type": "SaveImage", "mode": 0, "inputs": [{ "name": "images", "type": "IMAGE", "link": 1 }], "outputs": [], "properties": {}, "widgets_values": ["app"] }
  ],
  "links": [[1, 1, 0, 3, 0, "IMAGE"]], "groups": [], "config": {},
  "extra": { "linearMode": true, "linearData": { "inputs": [[1, "color"], [3, "filename_prefix"]], "outputs": [3] } }
}
'@ | Set-Content -LiteralPath $app

    function Get-SentPrompt { @(Get-ServerRequest $server POST '*prompt*' | ForEach-Object { (ConvertFrom-Json $_.body).prompt }) }
    function Complete([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches | ForEach-Object CompletionText }
}

AfterAll { Stop-TestServer $server }

Describe 'Parameters of a workflow' {
    BeforeEach { Reset-TestServer $server }

    It 'have the names of what they are for, and set just that' {
        $job = Invoke-ComfyUIWorkflow $portrait -PositivePrompt 'a cat' -NegativePrompt '' -Steps 2 -Cfg 5 -Width 24 -NoDownload
        $job.Status | Should -Be 'Completed'
        $prompt = (Get-SentPrompt)[0]
        $prompt.'2'.inputs.text | Should -Be 'a cat'
        $prompt.'3'.inputs.text | Should -Be ''
        $prompt.'5'.inputs.steps | Should -Be 2
        $prompt.'4'.inputs.width | Should -Be 24
        (Get-ServerRequest $server POST '*prompt*').body | Should -BeLike '*"cfg":5.0*'
    }

    It 'are those an app declares, and no others' {
        (Invoke-ComfyUIWorkflow $app -Color 5 -FilenamePrefix 'mine' -NoDownload).Outputs[0].FileName | Should -BeLike 'mine*'
        (Get-SentPrompt)[0].'1'.inputs.color | Should -Be 5
        { Invoke-ComfyUIWorkflow $app -Width 5 -NoDownload } | Should -Throw '*Width*'
    }

    It 'ask the server for nothing more than a run without them' {
        Invoke-ComfyUIWorkflow $portrait -Steps 3 -NoDownload | Out-Null
        @(Get-ServerRequest $server | Where-Object path -NotLike '*ws*').Count | Should -Be 2
    }

    It 'work by name, from a variable and from a splat' {
        $arguments = @{ Workflow = $portrait; Steps = 4; NoDownload = $true }
        Invoke-ComfyUIWorkflow @arguments | Out-Null
        $text = Get-Content -Raw $portrait
        Invoke-ComfyUIWorkflow -Workflow $text -Steps 5 -NoDownload | Out-Null
        (Get-SentPrompt).'5'.inputs.steps | Should -Be 4, 5
    }

    It 'give way to -Parameter, which names the input in full' {
        Invoke-ComfyUIWorkflow $portrait -Steps 2 -Parameter @{ '5.steps' = 6 } -NoDownload | Out-Null
        (Get-SentPrompt)[0].'5'.inputs.steps | Should -Be 6
    }

    It 'refuse what does not fit, and say why' {
        { Invoke-ComfyUIWorkflow $portrait -Steps many -NoDownload } | Should -Throw "*-Steps: 'many' does not fit 5.steps*whole number*"
        { Invoke-ComfyUIWorkflow $portrait -Cfg '1,5' -NoDownload } | Should -Throw '*with a point*'
        Get-SentPrompt | Should -BeNullOrEmpty
    }

    It 'are none, and no error, for what is no workflow' {
        Set-Content -LiteralPath (Join-Path $TestDrive 'broken.json') -Value '{ "1": '
        { Invoke-ComfyUIWorkflow (Join-Path $TestDrive 'broken.json') -NoDownload } | Should -Throw '*not JSON*'
    }
}

Describe 'Rows of a table' {
    BeforeEach { Reset-TestServer $server }

    It 'are a run each: an empty cell leaves the workflow''s own value, a wrong one names row and column' {
        $rows = "PositivePrompt,Steps,Seed`ncat,2,1`ndog,,`nbird,abc,3`nfish,3,18446744073709551615" | ConvertFrom-Csv
        $jobs = $rows | Invoke-ComfyUIWorkflow $portrait -NoDownload -ErrorAction SilentlyContinue -ErrorVariable problems

        $jobs.Count | Should -Be 3
        $sent = Get-SentPrompt | ForEach-Object { "$($_.'2'.inputs.text) $($_.'5'.inputs.steps) $($_.'5'.inputs.seed)" } | Sort-Object
        $sent | Should -Be 'cat 2 1', 'dog 1 42', 'fish 3 18446744073709551615'
        @($problems).Count | Should -Be 1
        "$($problems[0])" | Should -BeLike "*Row 3, Steps: 'abc'*"
    }
}

Describe 'Inputs that take a file' {
    BeforeEach { Reset-TestServer $server }

    BeforeAll {
        $load = @{
            '1' = @{ class_type = 'LoadImage'; inputs = @{ image = 'example.png' } }
            '2' = @{ class_type = 'SaveImage'; inputs = @{ images = @('1', 0); filename_prefix = 'loaded' } }
        }
        $picture = (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName
    }

    It 'take one of this machine and upload it' {
        (Invoke-ComfyUIWorkflow $load -Image $picture -NoDownload).Status | Should -Be 'Completed'
        @(Get-ServerRequest $server POST '*upload*').Count | Should -Be 1
        (Get-SentPrompt)[0].'1'.inputs.image | Should -BeLike 'picture*.png'
    }

    It 'take a file object in -Parameter' {
        Invoke-ComfyUIWorkflow $load -Parameter @{ '1.image' = Get-Item $picture } -NoDownload | Out-Null
        @(Get-ServerRequest $server POST '*upload*').Count | Should -Be 1
    }

    It 'upload nothing for a run that a wrong name or a missing file ends' {
        { Invoke-ComfyUIWorkflow $load -Image $picture -Parameter @{ '2.nothing' = 5 } -NoDownload } | Should -Throw "*no input 'nothing'*"
        { Invoke-ComfyUIWorkflow $load -Image $picture -Parameter @{ '1.image' = [System.IO.FileInfo] (Join-Path $TestDrive 'gone.png') } -NoDownload } |
            Should -Throw '*gone.png*'
        Get-ServerRequest $server POST '*upload*' | Should -BeNullOrEmpty
        Get-SentPrompt | Should -BeNullOrEmpty
    }

    It 'take the name of one the server has' {
        (Invoke-ComfyUIWorkflow $load -Image 'example.png' -NoDownload).Status | Should -Be 'Completed'
        Get-ServerRequest $server POST '*upload*' | Should -BeNullOrEmpty
    }
}

Describe 'A catalogue that is older than what the server has' {
    BeforeAll {
        Reset-TestServer $server
        $old = [System.Net.Http.HttpClient]::new().GetStringAsync("$($server.Uri)object_info").Result -replace '"sub/dummy_v2.safetensors"', '"other.safetensors"'
    }

    BeforeEach {
        # The first answer is from before the model came.
        Add-ServerFault $server @{ method = 'GET'; path = '^/object_info$'; status = 200; times = 1; body = $old; contentType = 'application/json' }
        $null = Get-ComfyUINode KSampler -Force
    }

    AfterEach { Reset-TestServer $server }

    It 'is read again for a choice that it lacks' {
        (Invoke-ComfyUIWorkflow $portrait -Checkpoint 'sub/dummy_v2.safetensors' -NoDownload).Status | Should -Be 'Completed'
        (Get-SentPrompt)[0].'1'.inputs.ckpt_name | Should -Be 'sub/dummy_v2.safetensors'
    }

    It 'is read again once, and what is wrong all the same is an error' {
        $null = Invoke-ServerControl $server requests DELETE
        1..3 | ForEach-Object { [pscustomobject]@{ Checkpoint = 'none.safetensors' } } |
            Invoke-ComfyUIWorkflow $portrait -NoDownload -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.Count | Should -Be 3
        @(Get-ServerRequest $server GET '*object_info').Count | Should -Be 1
    }

    It 'is not read again for a value that no catalogue can mend' {
        $null = Invoke-ServerControl $server requests DELETE
        { Invoke-ComfyUIWorkflow $portrait -Width abc -NoDownload } | Should -Throw "*-Width: 'abc'*"
        Get-ServerRequest $server GET '*object_info' | Should -BeNullOrEmpty
    }

    It 'leaves the error with its row and column when the server cannot be asked' {
        Add-ServerFault $server @{ method = 'GET'; path = '^/object_info$'; status = 403 }
        [pscustomobject]@{ Checkpoint = 'none.safetensors' }, [pscustomobject]@{ Checkpoint = 'dummy_v1.safetensors' } |
            Invoke-ComfyUIWorkflow $portrait -NoDownload -ErrorAction SilentlyContinue -ErrorVariable failed | ForEach-Object Status | Should -Be 'Completed'
        "$failed" | Should -BeLike "*Row 1, Checkpoint: 'none.safetensors'*"
    }

    It 'loses no parameter that has another name since' {
        $renamed = ConvertFrom-Json -AsHashtable $old
        $renamed.EmptyImage.input.required.color[1].display_name = 'Shade'
        $null = Invoke-ServerControl $server faults DELETE
        Add-ServerFault $server @{ method = 'GET'; path = '^/object_info$'; status = 200; times = 1; body = (ConvertTo-Json $renamed -Depth 30); contentType = 'application/json' }
        $null = Get-ComfyUINode KSampler -Force

        [pscustomobject]@{ Shade = 99999999 }, [pscustomobject]@{ Shade = 5 } |
            Invoke-ComfyUIWorkflow $app -NoDownload -ErrorAction SilentlyContinue -ErrorVariable failed | Out-Null
        "$failed" | Should -BeLike '*Row 1, Shade*larger*'
        (Get-SentPrompt).'1'.inputs.color | Should -Be 5
    }

    It 'is read again when values are set and checked' {
        $changed = Set-ComfyUIWorkflowInput $portrait -Node 1 -Input ckpt_name -Value 'sub/dummy_v2.safetensors'
        Test-ComfyUIWorkflow $changed | Should -BeNullOrEmpty
        (Get-ComfyUIWorkflowInput $changed -Input ckpt_name).Choices | Should -Contain 'sub/dummy_v2.safetensors'
    }

    It 'is read again by Test-ComfyUIWorkflow' {
        $changed = Set-ComfyUIWorkflowInput $portrait -Node 1 -Input ckpt_name -Value 'sub/dummy_v2.safetensors' -Force
        Test-ComfyUIWorkflow $changed -Quiet | Should -BeTrue
    }
}

Describe 'Tab' {
    It 'completes the names of a workflow''s parameters' {
        Complete "Invoke-ComfyUIWorkflow $portrait -Pos" | Should -Be '-PositivePrompt'
        Complete "Submit-ComfyUIWorkflow $portrait -Samp" | Should -Be '-Sampler'
    }

    It 'completes the server''s choices' {
        Complete "Invoke-ComfyUIWorkflow $portrait -Sampler eul" | Should -Contain 'euler_ancestral'
        Complete "Invoke-ComfyUIWorkflow $portrait -Checkpoint dum" | Should -Be 'dummy_v1.safetensors', 'sub/dummy_v2.safetensors'
    }

    It 'asks the server for nothing when its catalogue is at hand' {
        $null = Complete "Invoke-ComfyUIWorkflow $portrait -Sampler eul"
        $null = Invoke-ServerControl $server requests DELETE
        Complete "Invoke-ComfyUIWorkflow $portrait -Sampler eul" | Should -Contain 'euler_ancestral'
        Complete "Invoke-ComfyUIWorkflow $portrait -Pos" | Should -Be '-PositivePrompt'
        Complete "Set-ComfyUIWorkflowInput $portrait -Node 5 -Input sampler_name -Value eul" | Should -Contain 'euler_ancestral'
        Get-ServerRequest $server | Should -BeNullOrEmpty
    }

    It 'offers nothing, and no error, for what is no workflow' {
        Complete "Invoke-ComfyUIWorkflow $(Join-Path $TestDrive missing.json) -Pos" | Should -Not -Contain '-PositivePrompt'
    }
}
