BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
    $out = Join-Path $TestDrive 'out'

    # A picture to send: what the server itself has made.
    $picture = (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Submit | Wait | Save' {
    AfterEach { Reset-TestServer $server }

    It 'reads left to right' {
        $files = (New-ImageWorkflow a), (New-ImageWorkflow b) | Submit-ComfyUIWorkflow | Wait-ComfyUIJob | Save-ComfyUIOutput -OutputPath $out
        $files | Should -BeOfType System.IO.FileInfo
        $files.Name | Sort-Object | ForEach-Object { $_.Substring(0, 2) } | Should -Be a_, b_
        $files | ForEach-Object Exists | Should -Be $true, $true
    }

    It 'keeps the order of the pipeline in the queue' {
        $null = Invoke-ServerControl $server pause
        $jobs = 1..5 | ForEach-Object { New-ImageWorkflow } | Submit-ComfyUIWorkflow
        $jobs.Status | Select-Object -Unique | Should -Be Pending
        $jobs.Index | Should -Be (0..4)
        (Get-ServerState $server).pending | Should -Be $jobs.Id
    }

    It 'submits each when it comes, not at the end' {
        $null = Invoke-ServerControl $server pause
        $counts = 1..3 | ForEach-Object { New-ImageWorkflow } | Submit-ComfyUIWorkflow | ForEach-Object { @((Get-ServerState $server).pending).Count }
        $counts | Should -Be 1, 2, 3
    }

    It 'reports a failed job once, at Wait, and lets the others through' {
        $jobs = (New-FailingWorkflow), (New-ImageWorkflow) | Submit-ComfyUIWorkflow -ErrorVariable atSubmit |
            Wait-ComfyUIJob -ErrorVariable atWait -ErrorAction SilentlyContinue
        $atSubmit | Should -BeNullOrEmpty
        @($atWait).Count | Should -Be 1
        $atWait[0].TargetObject | Should -BeOfType ComfyUI.Client.ComfyUIJob
        ($jobs | Sort-Object Index).Status | Should -Be Failed, Completed
    }
}

Describe 'Wait-ComfyUIJob' {
    AfterEach { Reset-TestServer $server }

    It 'takes ids, and jobs that are over already' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        (Wait-ComfyUIJob $job.Id).Status | Should -Be Completed
        ($job | Wait-ComfyUIJob).Id | Should -Be $job.Id
        ($job.Id | Wait-ComfyUIJob).Id | Should -Be $job.Id
        (Wait-ComfyUIJob $job).Id | Should -Be $job.Id
    }

    It 'waits for the job of another session' {
        $other = Connect-ComfyUI $server.Uri -Name other
        try {
            $job = Submit-ComfyUIWorkflow (New-SlowWorkflow -Seconds 0.3 -Steps 3) -Session $other
            (Wait-ComfyUIJob $job.Id -Session $session).Status | Should -Be Completed
        }
        finally { Disconnect-ComfyUI $other }
    }

    It 'gives up after -TimeoutSec with the job as it is, and stops nothing' {
        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        $waited = $job | Wait-ComfyUIJob -TimeoutSec 0.3 -ErrorVariable problems -ErrorAction SilentlyContinue
        $waited.Status | Should -Be Running
        $problems[0].Exception | Should -BeOfType ComfyUI.Client.ComfyUITimeoutException
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'RunTimeout,*'
        (Get-ServerState $server).running | Should -Be $job.Id
    }

    It 'says that an id is unknown' {
        $problem = Get-Failure { Wait-ComfyUIJob 00000000-0000-0000-0000-000000000000 -ErrorAction Stop }
        $problem.FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
        $problem.TargetObject | Should -Be 00000000-0000-0000-0000-000000000000
    }

    It 'asks the queue once for many jobs, not once for each' {
        $jobs = 1..10 | ForEach-Object { New-ImageWorkflow } | Submit-ComfyUIWorkflow
        $null = Invoke-ServerControl $server requests DELETE
        @($jobs | Wait-ComfyUIJob).Count | Should -Be 10
        @(Get-ServerRequest $server GET '*/queue*').Count | Should -BeLessThan 10
    }
}

Describe 'Get-ComfyUIJob' {
    BeforeAll {
        Reset-TestServer $server
        $done = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $failed = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction SilentlyContinue
        $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        $first = Submit-ComfyUIWorkflow (New-ImageWorkflow)
        $second = Submit-ComfyUIWorkflow (New-ImageWorkflow)
    }

    AfterAll { Reset-TestServer $server }

    It 'lists what runs, what waits, and what is over, the newest first' {
        $jobs = Get-ComfyUIJob
        $jobs.Id | Should -Be $running.Id, $first.Id, $second.Id, $failed.Id, $done.Id
        $jobs.Status | Should -Be Running, Pending, Pending, Failed, Completed
        $jobs[1].QueuePosition | Should -Be 1
        $jobs[2].QueuePosition | Should -Be 2
    }

    It 'gets jobs by id, wherever they are' {
        (Get-ComfyUIJob $done.Id).Outputs.Count | Should -Be 1
        (Get-ComfyUIJob -Id $failed.Id).Error | Should -BeOfType ComfyUI.Client.ComfyUIExecutionException
        ($running.Id, $second.Id | Get-ComfyUIJob).Status | Should -Be Running, Pending
        ($first, $second | Get-ComfyUIJob).Id | Should -Be $first.Id, $second.Id
        (Get-ComfyUIJob $first, $second.Id).Id | Should -Be $first.Id, $second.Id
        ((Get-ComfyUIJob $done.Id).Outputs | Get-ComfyUIJob).Id | Should -Be $done.Id
        ([pscustomobject]@{ Id = $done.Id; Note = 'a row' } | Get-ComfyUIJob).Id | Should -Be $done.Id
    }

    It 'goes on after an unknown id' {
        $jobs = Get-ComfyUIJob nope, $done.Id -ErrorVariable problems -ErrorAction SilentlyContinue
        $jobs.Id | Should -Be $done.Id
        $problems[0].FullyQualifiedErrorId | Should -Be 'JobNotFound,ComfyUI.PowerShell.Commands.GetComfyUIJobCommand'
        $problems[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $problems[0].TargetObject | Should -Be nope
    }

    It 'filters, skips and counts' {
        (Get-ComfyUIJob -Status Pending).Id | Should -Be $first.Id, $second.Id
        (Get-ComfyUIJob -Status Failed, Running).Id | Should -Be $running.Id, $failed.Id
        (Get-ComfyUIJob -First 2).Id | Should -Be $running.Id, $first.Id
        (Get-ComfyUIJob -Skip 3).Id | Should -Be $failed.Id, $done.Id
        (Get-ComfyUIJob -Skip 1 -First 1).Id | Should -Be $first.Id
        (Get-ComfyUIJob -Skip 3 -First 1).Id | Should -Be $failed.Id
        (Get-ComfyUIJob -Status Completed -First 1).Id | Should -Be $done.Id
    }

    It 'does not ask for the history when only the queue matters' {
        $null = Invoke-ServerControl $server requests DELETE
        $null = Get-ComfyUIJob -Status Running
        Get-ServerRequest $server GET '*/history*' | Should -BeNullOrEmpty
    }
}

Describe 'Stop-ComfyUIJob' {
    AfterEach { Reset-TestServer $server }

    It 'interrupts a job that runs, and whoever waits for it knows' {
        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        $job | Stop-ComfyUIJob
        $ended = $job | Wait-ComfyUIJob -ErrorVariable problems -ErrorAction SilentlyContinue
        $ended.Status | Should -Be Interrupted
        $problems[0].Exception | Should -BeOfType ComfyUI.Client.ComfyUIInterruptedException
    }

    It 'takes a waiting job from the queue and leaves the one that runs' {
        $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        $waiting = Submit-ComfyUIWorkflow (New-ImageWorkflow)
        Stop-ComfyUIJob $waiting.Id
        $state = Get-ServerState $server
        $state.running | Should -Be $running.Id
        @($state.pending).Count | Should -Be 0
        Get-ServerRequest $server POST '*/interrupt' | Should -BeNullOrEmpty
        ($waiting | Wait-ComfyUIJob -ErrorAction SilentlyContinue).Status | Should -Be Interrupted
    }

    It 'has nothing to do for a job that is over, and errs for an unknown one' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        Stop-ComfyUIJob $job -ErrorAction Stop
        (Get-Failure { Stop-ComfyUIJob nope -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
    }

    It 'is not the only one that takes a job by position: Remove and Watch do' {
        $job = Submit-ComfyUIWorkflow (New-ImageWorkflow)
        $null = Watch-ComfyUIJob $job
        Remove-ComfyUIJob $job -ErrorAction Stop -Confirm:$false
        (Get-Failure { Get-ComfyUIJob $job -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
    }

    It 'stops all that waits: Get | Stop' {
        $null = Invoke-ServerControl $server pause
        $null = 1..3 | ForEach-Object { New-ImageWorkflow } | Submit-ComfyUIWorkflow
        Get-ComfyUIJob -Status Pending | Stop-ComfyUIJob
        @((Get-ServerState $server).pending).Count | Should -Be 0
    }
}

Describe 'Save-ComfyUIOutput' {
    BeforeAll { $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow saved -BatchSize 3) -NoDownload }

    It 'saves the files of a job, given as object or id' {
        @($job | Save-ComfyUIOutput $out).Count | Should -Be 3
        @(Save-ComfyUIOutput -Id $job.Id -OutputPath $out -Force).Count | Should -Be 3
        @(Save-ComfyUIOutput -Id $job -OutputPath $out -Force).Count | Should -Be 3
        @(Save-ComfyUIOutput -InputObject $job -OutputPath $out -Force).FullName | Should -BeLike "$out*saved*.png"
    }

    It 'saves single outputs' {
        $file = $job.Outputs | Select-Object -Skip 1 -First 1 | Save-ComfyUIOutput -OutputPath (Join-Path $out single)
        $file.Name | Should -Be $job.Outputs[1].FileName
    }

    It 'numbers, unless with -Force' {
        $first = $job.Outputs[0] | Save-ComfyUIOutput (Join-Path $out numbered)
        $second = $job.Outputs[0] | Save-ComfyUIOutput (Join-Path $out numbered)
        $third = $job.Outputs[0] | Save-ComfyUIOutput (Join-Path $out numbered) -Force
        $second.Name | Should -Be ($first.Name -replace '\.png$', ' (1).png')
        $third.Name | Should -Be $first.Name
    }

    It 'saves previews that are asked for' {
        $workflow = New-ImageWorkflow
        $workflow['2'].class_type = 'PreviewImage'
        $preview = Invoke-ComfyUIWorkflow $workflow -NoDownload
        $preview | Save-ComfyUIOutput $out | Should -BeNullOrEmpty
        @($preview | Save-ComfyUIOutput $out -IncludeTemp).Count | Should -Be 1
        @($preview.Outputs | Save-ComfyUIOutput $out).Count | Should -Be 1
    }

    It 'goes on with the others when one is gone, and says which' {
        Add-ServerFault $server @{ method = 'GET'; path = "/view.*$($job.Outputs[1].FileName)"; status = 404 }
        $files = $job | Save-ComfyUIOutput (Join-Path $out partly) -ErrorVariable problems -ErrorAction SilentlyContinue
        @($files).Count | Should -Be 2
        @($problems).Count | Should -Be 1
        $problems[0].Exception.Message | Should -BeLike "*$($job.Outputs[1].FileName)*"
        Reset-TestServer $server
    }

    It 'errs for what is neither job nor output' {
        (Get-Failure { 42 | Save-ComfyUIOutput $out -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'InvalidInputObject,*'
    }

    It 'fetches a big file whole' {
        $workflow = @{ '1' = @{ class_type = 'BigFile'; inputs = @{ mib = 20; name = 'big.bin'; seed = 3 } } }
        (Invoke-ComfyUIWorkflow $workflow -OutputPath $out).Files[0].Length | Should -Be 20MB
    }
}

Describe 'Send-ComfyUIFile' {
    It 'gives the value that a node takes' {
        $upload = Send-ComfyUIFile $picture -Name input.png
        $upload | Should -BeOfType ComfyUI.Client.ComfyUIUpload
        $upload.Value | Should -Be input.png
        $workflow = @{
            '1' = @{ class_type = 'LoadImage'; inputs = @{ image = '' } }
            '2' = @{ class_type = 'SaveImage'; inputs = @{ images = @('1', 0); filename_prefix = 'loaded' } }
        }
        (Invoke-ComfyUIWorkflow $workflow -Parameter @{ '1.image' = $upload } -NoDownload).Status | Should -Be Completed
    }

    It 'takes FileInfo objects, patterns and subfolders' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive many)
        1..3 | ForEach-Object { Copy-Item $picture (Join-Path $TestDrive "many/m$_.png") }
        $uploads = Get-ChildItem (Join-Path $TestDrive many) | Send-ComfyUIFile -Subfolder 'a\b'
        $uploads.Value | Sort-Object | Should -Be a/b/m1.png, a/b/m2.png, a/b/m3.png
        @(Send-ComfyUIFile (Join-Path $TestDrive 'many/*.png')).Count | Should -Be 3
    }

    It 'takes names with brackets and of any script' {
        $odd = Join-Path $TestDrive 'Füchse [1] 狐.png'
        Copy-Item $picture $odd
        $upload = Send-ComfyUIFile -LiteralPath $odd
        $upload.Name | Should -Be 'Füchse [1] 狐.png'
        Test-Path -LiteralPath (Join-Path (Get-ServerState $server).input_directory $upload.Name) | Should -BeTrue
        (Get-Item -LiteralPath $odd | Send-ComfyUIFile -Force).Name | Should -Be 'Füchse [1] 狐.png'
    }

    It 'lets the server number another file of the same name, unless with -Force' {
        $text = Join-Path $TestDrive 'notes.txt'
        Set-Content $text one
        (Send-ComfyUIFile $text).Name | Should -Be notes.txt
        Set-Content $text two
        (Send-ComfyUIFile $text).Name | Should -Be 'notes (1).txt'
        (Send-ComfyUIFile $text -Force).Name | Should -Be notes.txt
    }

    It 'sends a mask for a picture' {
        $original = Send-ComfyUIFile $picture -Name masked.png
        foreach ($reference in $original, 'masked.png') {
            $mask = Send-ComfyUIFile $picture -Name mask.png -OriginalReference $reference -Force
            $mask.Name | Should -Be mask.png
        }
        $failure = Get-Failure { Send-ComfyUIFile $picture -OriginalReference 'not there.png' -ErrorAction Stop }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUINotFoundException
        (Get-Failure { Send-ComfyUIFile $picture -OriginalReference 42 }).FullyQualifiedErrorId | Should -BeLike 'InvalidOriginalReference,*'
    }

    It 'uploads to the temp folder' {
        $upload = Send-ComfyUIFile $picture -Type temp -Name t.png
        $upload.Value | Should -Be 't.png [temp]'
    }

    It 'errs for a missing file and sends the others' {
        $uploads = Send-ComfyUIFile (Join-Path $TestDrive missing.png), $picture -ErrorVariable problems -ErrorAction SilentlyContinue
        @($uploads).Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'FileFailed,*'
        (Get-Failure { Send-ComfyUIFile -LiteralPath (Join-Path $TestDrive missing.png) -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileFailed,*'
    }

    It 'sends a folder''s files, and says that a folder itself is none' {
        (Get-Failure { Send-ComfyUIFile $TestDrive -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileFailed,*'
    }
}

Describe 'Invoke-ComfyUIRequest' {
    AfterEach { Reset-TestServer $server }

    It 'gives JSON as objects' {
        $stats = Invoke-ComfyUIRequest /system_stats
        $stats.system.comfyui_version | Should -Be '0.3.64'
        (Invoke-ComfyUIRequest queue).queue_running | Should -BeNullOrEmpty
    }

    It 'writes the elements of a JSON list one by one' {
        Add-ServerFault $server @{ path = '/list'; status = 200; body = '[1, [2, 3], {"a": []}]'; content_type = 'application/json' }
        $items = Invoke-ComfyUIRequest /list
        $items.Count | Should -Be 3
        $items[1] | Should -Be 2, 3
        , $items[2].a | Should -BeOfType object[]
    }

    It 'keeps integers whole, however big, and reads NaN' {
        $body = '{"int": 1, "long": 9007199254740993, "ulong": 18446744073709551615, "big": 340282366920938463463374607431768211456, "float": 1.0, "nan": NaN, "inf": -Infinity, "date": "2024-01-02T03:04:05Z", "Case": 1, "case": 2}'
        Add-ServerFault $server @{ path = '/odd'; status = 200; body = $body; content_type = 'application/json' }
        $answer = Invoke-ComfyUIRequest /odd
        $answer.int | Should -BeOfType int
        $answer.long | Should -Be 9007199254740993
        $answer.ulong | Should -BeOfType ulong
        $answer.ulong | Should -Be ([ulong]::MaxValue)
        $answer.big | Should -Be ([bigint]::Pow(2, 128))
        $answer.float | Should -BeOfType double
        [double]::IsNaN($answer.nan) | Should -BeTrue
        $answer.inf | Should -Be ([double]::NegativeInfinity)
        $answer.date | Should -BeOfType string
        $answer['Case'], $answer['case'] | Should -Be 1, 2
    }

    It 'adds -Query, in the invariant culture' {
        $null = Invoke-ComfyUIRequest /history -Query @{ max_items = 3 }
        @(Get-ServerRequest $server)[-1].path | Should -Be '/history?max_items=3'
        $null = Invoke-ComfyUIRequest '/history?max_items=3' -Query ([ordered]@{ 'a b' = 'ü&='; n = 1.5; t = $true })
        @(Get-ServerRequest $server)[-1].path | Should -Be '/history?max_items=3&a%20b=%C3%BC%26%3D&n=1.5&t=true'
    }

    It 'posts tables as JSON, and text and bytes as they are' {
        $null = Invoke-ComfyUIRequest /queue Post -Body @{ delete = @('x') }
        $request = @(Get-ServerRequest $server POST)[-1]
        $request.body | Should -Be '{"delete":["x"]}'
        $request.headers.'Content-Type' | Should -BeLike 'application/json*'
        $null = '{"delete": []}' | Invoke-ComfyUIRequest /queue -Method Post
        @(Get-ServerRequest $server POST)[-1].body | Should -Be '{"delete": []}'
        $null = Invoke-ComfyUIRequest /queue Post -Body ([byte[]] (123, 125)) -ContentType application/json
        @(Get-ServerRequest $server POST)[-1].body | Should -Be '{}'
    }

    It 'writes to a file with -OutFile' {
        Push-Location $TestDrive
        try { $file = Invoke-ComfyUIRequest /system_stats -OutFile ./stats.json }
        finally { Pop-Location }
        $file | Should -BeOfType System.IO.FileInfo
        (Get-Content -Raw $file.FullName | ConvertFrom-Json).system | Should -Not -BeNullOrEmpty
    }

    It 'gives a picture as bytes, in one piece' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $bytes = Invoke-ComfyUIRequest /view -Query @{ filename = $job.Outputs[0].FileName; type = 'output' }
        , $bytes | Should -BeOfType byte[]
        $bytes[1..3] | Should -Be ([byte[]] [char[]] 'PNG')
    }

    It 'fails with the server''s words for a route that is none' {
        $failure = Get-Failure { Invoke-ComfyUIRequest '/no/such/route?token=hunter2' }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUINotFoundException
        $failure.FullyQualifiedErrorId | Should -Be 'NotFound,ComfyUI.PowerShell.Commands.InvokeComfyUIRequestCommand'
        $failure.TargetObject | Should -BeLike '/no/such/route*'
        ($failure | Format-List * -Force | Out-String) | Should -Not -BeLike '*token=hunter2*' -Because 'the address is shown without secrets'
    }

    It 'does not leave the server''s address' {
        (Get-Failure { Invoke-ComfyUIRequest http://203.0.113.1/x }).Exception | Should -BeOfType ComfyUI.Client.ComfyUIException
        Get-ServerRequest $server | Should -BeNullOrEmpty
    }
}

Describe 'Get-ComfyUIStatus' {
    AfterEach { Reset-TestServer $server }

    It 'tells what the server is and does' {
        $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { (Get-ServerState $server).running -eq $running.Id } 'it runs'
        $null = Submit-ComfyUIWorkflow (New-ImageWorkflow)
        $status = Get-ComfyUIStatus
        $status | Should -BeOfType ComfyUI.Client.ComfyUIStatus
        $status.RunningCount | Should -Be 1
        $status.PendingCount | Should -Be 1
        $status.Devices[0].VramTotal | Should -BeGreaterThan 0
        $status.RamTotal | Should -BeGreaterThan $status.RamFree
        $status.Features['supports_preview_metadata'] | Should -BeTrue
        $status.Latency | Should -BeGreaterThan ([timespan]::Zero)
        $status.PythonVersion, $status.PyTorchVersion | Should -Not -Contain $null
    }

    It 'answers true or false with -Quiet, and never an error' {
        Get-ComfyUIStatus -Quiet | Should -BeTrue
        Add-ServerFault $server @{ path = 'system_stats'; status = 500 }
        Get-ComfyUIStatus -Quiet -ErrorVariable problems | Should -BeFalse
        $problems | Should -BeNullOrEmpty
        $dead = Connect-ComfyUI http://127.0.0.1:9 -SkipCheck -Name dead
        Get-ComfyUIStatus -Quiet -Session $dead | Should -BeFalse
        Disconnect-ComfyUI $dead
        (Invoke-InShell { Get-ComfyUIStatus -Quiet }).Output | Should -Be $false
    }
}

Describe '-WhatIf' {
    BeforeAll {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $workflow = New-ImageWorkflow
    }

    It 'sends and writes nothing: <Name>' -TestCases @(
        @{ Name = 'Invoke-ComfyUIWorkflow'; Script = { Invoke-ComfyUIWorkflow $workflow -OutputPath $out -WhatIf } }
        @{ Name = 'Submit-ComfyUIWorkflow'; Script = { Submit-ComfyUIWorkflow $workflow -WhatIf } }
        @{ Name = 'Stop-ComfyUIJob'; Script = { $job | Stop-ComfyUIJob -WhatIf } }
        @{ Name = 'Save-ComfyUIOutput'; Script = { $job | Save-ComfyUIOutput (Join-Path $TestDrive whatif) -WhatIf } }
        @{ Name = 'Send-ComfyUIFile'; Script = { Send-ComfyUIFile $picture -WhatIf } }
        @{ Name = 'Invoke-ComfyUIRequest -Method Post'; Script = { Invoke-ComfyUIRequest /queue Post -Body @{ clear = $true } -WhatIf } }
        @{ Name = 'Invoke-ComfyUIRequest -OutFile'; Script = { Invoke-ComfyUIRequest /queue -OutFile (Join-Path $TestDrive whatif/x) -WhatIf } }
        @{ Name = 'Disconnect-ComfyUI'; Script = { Disconnect-ComfyUI -WhatIf } }
    ) {
        Reset-TestServer $server
        & $Script | Should -BeNullOrEmpty
        Get-ServerRequest $server | Should -BeNullOrEmpty
        Test-Path (Join-Path $TestDrive whatif) | Should -BeFalse
        Get-ComfyUISession -Default | Should -Not -BeNullOrEmpty
    }
}
