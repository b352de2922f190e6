BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $null = Connect-ComfyUI $server.Uri
    $out = Join-Path $TestDrive 'out'
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'What can be run' {
    BeforeAll {
        $folder = New-Item -ItemType Directory -Path TestDrive:/flows
        $file = Save-Workflow (New-ImageWorkflow file) (Join-Path $TestDrive 'flows/one.json')
        $null = Save-Workflow (New-ImageWorkflow file) (Join-Path $TestDrive 'flows/two.json')
        $null = Save-Workflow (New-ImageWorkflow odd) (Join-Path $TestDrive 'flows/odd [1].json')
    }

    BeforeEach { $null = Invoke-ServerControl $server requests DELETE }

    It 'a path' {
        $job = Invoke-ComfyUIWorkflow $file -OutputPath $out
        $job | Should -BeOfType ComfyUI.Client.ComfyUIJob
        $job.Status | Should -Be Completed
        $job.Workflow | Should -Be $file
        $job.Files[0].FullName | Should -BeLike "$out*.png"
        [System.IO.File]::ReadAllBytes($job.Files[0].FullName)[1..3] | Should -Be ([byte[]] [char[]] 'PNG')
    }

    It 'a path relative to PowerShell''s location, and to a drive' {
        Push-Location TestDrive:/flows
        try { (Invoke-ComfyUIWorkflow ./one.json -NoDownload).Status | Should -Be Completed }
        finally { Pop-Location }
        (Invoke-ComfyUIWorkflow TestDrive:/flows/one.json -NoDownload).Status | Should -Be Completed
    }

    It 'the files of Get-ChildItem' {
        $jobs = Get-ChildItem TestDrive:/flows -Filter '???.json' | Invoke-ComfyUIWorkflow -NoDownload
        $jobs.Count | Should -Be 2
        $jobs.Workflow | ForEach-Object { Split-Path $_ -Leaf } | Sort-Object | Should -Be one.json, two.json
        $jobs.Index | Sort-Object | Should -Be 0, 1
    }

    It 'a pattern' {
        @(Invoke-ComfyUIWorkflow TestDrive:/flows/*.json -NoDownload).Count | Should -Be 3
    }

    It 'a file with brackets in its name by -LiteralPath' {
        (Invoke-ComfyUIWorkflow -LiteralPath 'TestDrive:/flows/odd [1].json' -NoDownload).Status | Should -Be Completed
        (Get-ChildItem -LiteralPath 'TestDrive:/flows/odd [1].json' | Invoke-ComfyUIWorkflow -NoDownload).Status | Should -Be Completed
        $failure = Get-Failure { Invoke-ComfyUIWorkflow 'TestDrive:/flows/odd [1].json' -NoDownload }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileFailed,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-LiteralPath*'
    }

    It 'several at once' {
        $jobs = Invoke-ComfyUIWorkflow $file, (New-ImageWorkflow), (Get-Item TestDrive:/flows/two.json) -NoDownload
        $jobs.Index | Sort-Object | Should -Be 0, 1, 2
        @(Invoke-ComfyUIWorkflow (Get-ChildItem TestDrive:/flows/???.json) -NoDownload).Count | Should -Be 2
    }

    It 'JSON text' {
        (Invoke-ComfyUIWorkflow (Get-Content -Raw $file) -NoDownload).Status | Should -Be Completed
        (Get-Content -Raw $file | Invoke-ComfyUIWorkflow -NoDownload).Status | Should -Be Completed
    }

    It 'a hashtable' {
        $workflow = @{
            '1' = @{ class_type = 'EmptyImage'; inputs = @{ width = 8; height = 8; batch_size = 1; color = 77 } }
            '2' = @{ class_type = 'SaveImage'; inputs = @{ images = @('1', 0); filename_prefix = 'table' } }
        }
        (Invoke-ComfyUIWorkflow $workflow -NoDownload).Status | Should -Be Completed
    }

    It 'an ordered dictionary, in its order' {
        $workflow = New-ImageWorkflow
        (Invoke-ComfyUIWorkflow $workflow -NoDownload).Status | Should -Be Completed
        (Get-SentPrompt $server).PSObject.Properties.Name | Should -Be $workflow.Keys
    }

    It 'what ConvertFrom-Json returns, as object or hashtable' {
        (Get-Content -Raw $file | ConvertFrom-Json | Invoke-ComfyUIWorkflow -NoDownload).Status | Should -Be Completed
        (Get-Content -Raw $file | ConvertFrom-Json -AsHashtable | Invoke-ComfyUIWorkflow -NoDownload).Status | Should -Be Completed
    }

    It 'numbers, with value and kind kept' {
        $workflow = New-SeedWorkflow
        $workflow['3'].inputs.seed = 18446744073709551615
        $workflow['3'].inputs.seconds = 0.0
        $null = Invoke-ComfyUIWorkflow $workflow -NoDownload
        $body = @(Get-ServerRequest $server POST '*/prompt')[-1].body
        $body | Should -Match '"seed":\s*18446744073709551615\b'
        $body | Should -Match '"seconds":\s*0\.0\b'

        # ConvertTo-Json gives a Decimal a point, so the seed is put in again. Through ConvertFrom-Json it is a BigInteger, and from a file neither is touched.
        $json = ConvertTo-Json -Depth 9 -InputObject $workflow
        $json = $json -replace '"seed": [\d.]+', '"seed": 18446744073709551615' -replace '"seconds": [\d.]+', '"seconds": 0.0'
        Set-Content TestDrive:/numbers.json $json
        foreach ($form in ($json | ConvertFrom-Json), $json, 'TestDrive:/numbers.json') {
            $null = Invoke-ComfyUIWorkflow $form -NoDownload
            $body = @(Get-ServerRequest $server POST '*/prompt')[-1].body
            $body | Should -Match '"seed":\s*18446744073709551615\b'
            $body | Should -Match '"seconds":\s*0\.0\b'
        }
    }

    It 'UI format, which is converted first' {
        $ui = @{
            version = 0.4
            nodes   = @(
                @{ id = 1; type = 'EmptyImage'; inputs = @(); outputs = @(@{ name = 'IMAGE'; type = 'IMAGE'; links = @(1) }); widgets_values = @(8, 8, 1, 4242) }
                @{ id = 2; type = 'SaveImage'; inputs = @(@{ name = 'images'; type = 'IMAGE'; link = 1 }); outputs = @(); widgets_values = @('ui') }
            )
            links   = @(, @(1, 1, 0, 2, 0, 'IMAGE'))
        }
        (Invoke-ComfyUIWorkflow (ConvertTo-Json $ui -Depth 9) -OutputPath $out).Files[0].Name | Should -BeLike 'ui_*.png'
    }

    It 'refuses <What>, saying so' -TestCases @(
        @{ What = 'text that is no path'; Value = 'nothing-there.json'; Id = 'FileFailed' }
        @{ What = 'JSON that is no workflow'; Value = '{"a": 1}'; Id = 'InvalidWorkflow' }
        @{ What = 'JSON that is none'; Value = '{"a": '; Id = 'InvalidWorkflow' }
        @{ What = 'an empty text'; Value = ' '; Id = 'InvalidWorkflow' }
        @{ What = 'a number'; Value = 42; Id = 'InvalidWorkflow' }
        @{ What = 'a drive without files'; Value = 'Env:/PATH'; Id = 'NotFileSystemPath' }
    ) {
        $failure = Get-Failure { Invoke-ComfyUIWorkflow $Value -NoDownload }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIException
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-ServerRequest $server POST | Should -BeNullOrEmpty
    }

    It 'goes on with the others when one of several piped ones is bad' {
        $jobs = 'no-such.json', $file, '{"x": 1}', (New-ImageWorkflow) | Invoke-ComfyUIWorkflow -NoDownload -ErrorVariable problems -ErrorAction SilentlyContinue
        @($jobs).Count | Should -Be 2
        @($problems).Count | Should -Be 2
        $problems.FullyQualifiedErrorId | Should -Be 'FileFailed,ComfyUI.PowerShell.Commands.InvokeComfyUIWorkflowCommand', 'InvalidWorkflow,ComfyUI.PowerShell.Commands.InvokeComfyUIWorkflowCommand'
    }
}

Describe 'Inputs' {
    BeforeEach { $null = Invoke-ServerControl $server requests DELETE }

    It '-Parameter finds nodes by id, title and class' {
        $null = Invoke-ComfyUIWorkflow (New-SeedWorkflow) -NoDownload -Parameter @{
            '1.width' = 16; 'Canvas.height' = 24; 'SaveImage.filename_prefix' = 'named'; 'sleepprogress.STEPS' = 2
        }
        $prompt = Get-SentPrompt $server
        $prompt.'1'.inputs.width | Should -Be 16
        $prompt.'1'.inputs.height | Should -Be 24
        $prompt.'2'.inputs.filename_prefix | Should -Be named
        $prompt.'3'.inputs.steps | Should -Be 2
        $prompt.'1'.inputs.batch_size | Should -Be 1
    }

    It '-Parameter leaves the user''s table as it was' {
        $workflow = New-ImageWorkflow
        $null = Invoke-ComfyUIWorkflow $workflow -NoDownload -Parameter ([ordered]@{ '1.width' = 16 })
        $workflow['1'].inputs.width | Should -Be 8
    }

    It '-Parameter lists the candidates for <Name>' -TestCases @(
        @{ Name = 'Cansav.width'; Candidates = '*1 (Canvas)*2 (Save it)*' }
        @{ Name = 'Canvas.breadth'; Candidates = '*Canvas.width*Canvas.height*' }
        @{ Name = 'Canvas'; Candidates = '*1.width*1.height*' }
        @{ Name = 'nonsense'; Candidates = '*1 (Canvas)*' }
    ) {
        $failure = Get-Failure { Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -Parameter @{ $Name = 1 } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'UnknownWorkflowInput,*'
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.Exception.Message | Should -BeLike $Candidates
        Get-ServerRequest $server POST | Should -BeNullOrEmpty
    }

    It '-Parameter names both nodes that an ambiguous class means' {
        $workflow = New-ImageWorkflow
        $workflow['9'] = $workflow['2']
        $failure = Get-Failure { Invoke-ComfyUIWorkflow $workflow -NoDownload -Parameter @{ 'SaveImage.filename_prefix' = 'x' } }
        $failure.Exception.Message | Should -BeLike '*ambiguous*2.filename_prefix*9.filename_prefix*'
    }

    It '-Parameter will not send a secret as an input' {
        $failure = Get-Failure { Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -Parameter @{ '2.filename_prefix' = (ConvertTo-Secret hunter2) } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidWorkflow,*'
        "$failure" | Should -Not -BeLike '*hunter2*'
    }

    It '-Seed <Given> is sent as <Sent>' -TestCases @(
        @{ Given = 42; Sent = '42' }
        @{ Given = 18446744073709551615; Sent = '18446744073709551615' }
        @{ Given = [ulong]::MaxValue; Sent = '18446744073709551615' }
        @{ Given = '7'; Sent = '7' }
        @{ Given = 42.0; Sent = '42' }
        @{ Given = 0; Sent = '0' }
        @{ Given = 0.0; Sent = '0' }
    ) {
        $null = Invoke-ComfyUIWorkflow (New-SeedWorkflow) -NoDownload -Seed $Given
        @(Get-ServerRequest $server POST '*/prompt')[0].body | Should -Match "`"seed`":\s*$Sent\b"
    }

    It '-Seed refuses <Given>' -TestCases @(
        @{ Given = -1 }
        @{ Given = 'x' }
        @{ Given = 1.5 }
        @{ Given = [bigint]::Pow(2, 64) }
    ) {
        (Get-Failure { Invoke-ComfyUIWorkflow (New-SeedWorkflow) -NoDownload -Seed $Given }).FullyQualifiedErrorId | Should -BeLike 'UnknownWorkflowInput,*'
    }

    It '-Seed says when there is nothing to seed' {
        $failure = Get-Failure { Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -Seed 1 }
        $failure.Exception.Message | Should -BeLike '*seed or noise_seed*'
    }

    It '-Seed comes from a column, and an empty cell leaves the seed alone' {
        $file = Save-Workflow (New-SeedWorkflow) (Join-Path $TestDrive 'seeded.json')
        Set-Content TestDrive:/seeds.csv "Seed,Note`n11,a`n,b`n18446744073709551615,c"
        $jobs = Import-Csv TestDrive:/seeds.csv | Invoke-ComfyUIWorkflow $file -NoDownload -ThrottleLimit 1
        $jobs.Count | Should -Be 3
        $bodies = @(Get-ServerRequest $server POST '*/prompt').body
        $bodies[0] | Should -Match '"seed":\s*11\b'
        $bodies[1] | Should -Match '"seed":\s*0\b'
        $bodies[2] | Should -Match '"seed":\s*18446744073709551615\b'
    }

    It '-RandomizeSeed leaves what a saved workflow says is fixed, and counts the others on' {
        $saved = {
            param($First, $Second)
            ConvertTo-Json -Depth 10 @{
                version = 0.4
                nodes   = @(
                    @{ id = 1; type = 'EmptyImage'; widgets_values = 16, 16, 1, 0; outputs = @(@{ name = 'IMAGE'; type = 'IMAGE'; links = @(1) }) }
                    @{ id = 2; type = 'SleepProgress'; widgets_values = 0, 1, 7, $First; inputs = @(@{ name = 'image'; type = 'IMAGE'; link = 1 }); outputs = @(@{ name = 'IMAGE'; type = 'IMAGE'; links = @(2) }) }
                    @{ id = 3; type = 'SleepProgress'; widgets_values = 0, 1, 9, $Second; inputs = @(@{ name = 'image'; type = 'IMAGE'; link = 2 }); outputs = @(@{ name = 'IMAGE'; type = 'IMAGE'; links = @(3) }) }
                    @{ id = 4; type = 'PreviewImage'; inputs = @(@{ name = 'images'; type = 'IMAGE'; link = 3 }) }
                )
                links   = @((1, 1, 0, 2, 0, 'IMAGE'), (2, 2, 0, 3, 0, 'IMAGE'), (3, 3, 0, 4, 0, 'IMAGE'))
            }
        }
        $rows = 1..2 | ForEach-Object { [pscustomobject]@{ Seed = '' } }
        $null = $rows | Invoke-ComfyUIWorkflow (& $saved 'fixed' 'increment') -NoDownload -RandomizeSeed -ThrottleLimit 1
        $sent = @(Get-ServerRequest $server POST '*/prompt').body | ForEach-Object { (ConvertFrom-Json $_).prompt }
        $sent.'2'.inputs.seed | Should -Be 7, 7
        $sent.'3'.inputs.seed | Should -Be 10, 11

        $null = Invoke-ComfyUIWorkflow (& $saved 'fixed' 'fixed') -NoDownload -RandomizeSeed -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "*'fixed'*-Seed*"
    }

    It '-RandomizeSeed gives each workflow another seed' {
        $null = (New-SeedWorkflow), (New-SeedWorkflow) | Invoke-ComfyUIWorkflow -NoDownload -RandomizeSeed
        $seeds = @(Get-ServerRequest $server POST '*/prompt').body | ForEach-Object { [regex]::Match($_, '"seed":\s*(\d+)').Groups[1].Value }
        @($seeds | Select-Object -Unique).Count | Should -Be 2
        $seeds | Should -Not -Contain '0'
    }

    It '-Target runs only the outputs named' {
        $workflow = New-ImageWorkflow main
        $workflow['8'] = [ordered]@{ class_type = 'SaveImage'; inputs = [ordered]@{ images = @('1', 0); filename_prefix = 'extra' } }
        $job = Invoke-ComfyUIWorkflow $workflow -Target 8 -OutputPath $out
        $job.Outputs.NodeId | Should -Be 8
    }

    It '-Front goes before what waits' {
        $null = Invoke-ServerControl $server pause
        try {
            $first = Submit-ComfyUIWorkflow (New-ImageWorkflow)
            $second = Submit-ComfyUIWorkflow (New-ImageWorkflow) -Front
            (Get-ServerState $server).pending | Should -Be $second.Id, $first.Id
        }
        finally { Reset-TestServer $server }
    }
}

Describe 'Files' {
    It 'makes the folder, and keeps the server''s subfolders' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow 'sub/deep/p') -OutputPath TestDrive:/new/folder
        $job.Files[0].FullName | Should -BeLike "$(Join-Path $TestDrive 'new/folder/sub/deep/p_')*.png"
    }

    It 'go to the current location without -OutputPath' {
        $here = New-Item -ItemType Directory TestDrive:/here
        Push-Location $here
        try { (Invoke-ComfyUIWorkflow (New-ImageWorkflow)).Files[0].DirectoryName | Should -Be $here.FullName }
        finally { Pop-Location }
    }

    It 'stay on the server with -NoDownload' {
        $null = Invoke-ServerControl $server requests DELETE
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $job.Outputs.Count | Should -Be 1
        $job.Files.Count | Should -Be 0
        Get-ServerRequest $server GET '*/view*' | Should -BeNullOrEmpty
    }

    It 'of previews come with -IncludeTemp' {
        $workflow = New-ImageWorkflow
        $workflow['5'] = [ordered]@{ class_type = 'PreviewImage'; inputs = [ordered]@{ images = @('1', 0) } }
        (Invoke-ComfyUIWorkflow $workflow -OutputPath $out).Files.Count | Should -Be 1
        $workflow['1'].inputs.color++
        (Invoke-ComfyUIWorkflow $workflow -OutputPath $out -IncludeTemp).Files.Count | Should -Be 2
    }

    It 'are numbered rather than overwritten, unless with -Force' {
        $workflow = New-ImageWorkflow again
        $first = Invoke-ComfyUIWorkflow $workflow -OutputPath $out
        # All cached: the same file of the server once more.
        $second = Invoke-ComfyUIWorkflow $workflow -OutputPath $out
        $third = Invoke-ComfyUIWorkflow $workflow -OutputPath $out -Force
        $second.Files[0].Name | Should -Be ($first.Files[0].Name -replace '\.png$', ' (1).png')
        $third.Files[0].Name | Should -Be $first.Files[0].Name
    }

    It 'of a batch come all, in their order' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow batch -BatchSize 9) -OutputPath $out
        $job.Files.Count | Should -Be 9
        $job.Files.Name | Should -Be ($job.Outputs.FileName)
        Get-ChildItem $out -Force | Where-Object Name -NotLike '*.png' | Should -BeNullOrEmpty -Because 'nothing half done is left'
    }

    It 'that cannot be had leave a job that is emitted, and an error' {
        Add-ServerFault $server @{ method = 'GET'; path = '/view'; status = 404 }
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $out -ErrorVariable problems -ErrorAction SilentlyContinue
        $job.Status | Should -Be Completed
        @($problems).Count | Should -Be 1
        $problems[0].Exception | Should -BeOfType ComfyUI.Client.ComfyUINotFoundException
        $problems[0].TargetObject | Should -Be $job
        Reset-TestServer $server
    }
}

Describe 'How a run ends' {
    AfterEach { Reset-TestServer $server }

    It 'from the cache, with its outputs' {
        $workflow = New-ImageWorkflow
        $first = Invoke-ComfyUIWorkflow $workflow -NoDownload
        $second = Invoke-ComfyUIWorkflow $workflow -NoDownload
        $second.Status | Should -Be Completed
        $second.Outputs[0].FileName | Should -Be $first.Outputs[0].FileName
    }

    It 'with a failed node: the job, and one error about it' {
        $job = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -OutputPath $out -ErrorVariable problems -ErrorAction SilentlyContinue
        $job.Status | Should -Be Failed
        @($problems).Count | Should -Be 1
        $problems[0].TargetObject | Should -Be $job
        $problems[0].FullyQualifiedErrorId | Should -Be 'ExecutionFailed,ComfyUI.PowerShell.Commands.InvokeComfyUIWorkflowCommand'
        $problems[0].Exception.NodeId | Should -Be 3
        $problems[0].Exception.ExceptionType | Should -BeLike '*ValueError'
        $problems[0].Exception.Traceback | Should -Not -BeNullOrEmpty
        $job.Files.Name | Should -BeLike 'before_*' -Because 'what was ready is saved'
    }

    It 'with a failed node, caught with -ErrorAction Stop' {
        $caught = try { $null = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction Stop } catch [ComfyUI.Client.ComfyUIExecutionException] { $_ }
        $caught.Exception.NodeId | Should -Be 3
        $caught.TargetObject | Should -BeOfType ComfyUI.Client.ComfyUIJob
    }

    It 'with a warning for nodes that the server left out' {
        $workflow = New-ImageWorkflow
        $workflow['7'] = [ordered]@{ class_type = 'SaveImage'; inputs = [ordered]@{ filename_prefix = 'bad' } }
        $job = Invoke-ComfyUIWorkflow $workflow -NoDownload -WarningVariable warnings -WarningAction SilentlyContinue
        $job.Status | Should -Be Completed
        $job.NodeErrors[0].NodeId | Should -Be 7
        @($warnings).Count | Should -Be 1
        "$warnings" | Should -BeLike '*7*SaveImage*images*'
    }

    It 'when the limit is over, stopped on the server' {
        $job = Invoke-ComfyUIWorkflow (New-SlowWorkflow) -NoDownload -TimeoutSec 0.5 -ErrorVariable problems -ErrorAction SilentlyContinue
        $job.Status | Should -Be Interrupted
        $problems[0].Exception | Should -BeOfType ComfyUI.Client.ComfyUITimeoutException
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'RunTimeout,*'
        $problems[0].CategoryInfo.Category | Should -Be OperationTimeout
        Wait-Until { -not @((Get-ServerState $server).running).Count } 'the job is gone'
    }

    It 'when the limit is over before its turn, taken from the queue' {
        $null = Invoke-ServerControl $server pause
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -TimeoutSec 0.5 -ErrorAction SilentlyContinue
        $job.Status | Should -Be Interrupted
        @((Get-ServerState $server).pending).Count | Should -Be 0
    }

    It 'interrupted by somebody else' {
        $shell = New-TestShell { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } (Get-ComfyUISession -Default), (New-SlowWorkflow)
        try {
            $running = $shell.BeginInvoke()
            Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
            $null = $server.Client.PostAsync('interrupt', [System.Net.Http.StringContent]::new('{}')).GetAwaiter().GetResult()
            $job = $shell.EndInvoke($running)
            $job.Status | Should -Be Interrupted
            $shell.Streams.Error[0].Exception | Should -BeOfType ComfyUI.Client.ComfyUIInterruptedException
            $shell.Streams.Error[0].CategoryInfo.Category | Should -Be OperationStopped
        }
        finally { Remove-TestShell $shell }
    }

    It 'lost when the server is restarted' {
        $shell = New-TestShell { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } (Get-ComfyUISession -Default), (New-SlowWorkflow)
        try {
            $running = $shell.BeginInvoke()
            Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
            $null = Invoke-ServerControl $server restart
            $job = $shell.EndInvoke($running)
            $job.Status | Should -Be Lost
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'JobLost,*'
            "$($shell.Streams.Error[0])" | Should -BeLike "*$($job.Id)*"
        }
        finally { Remove-TestShell $shell }
    }

    It 'without a socket: one warning, and the same result' {
        Add-ServerFault $server @{ path = '/ws'; status = 403 }
        $session = Connect-ComfyUI $server.Uri -Name deaf
        try {
            $jobs = (New-ImageWorkflow), (New-ImageWorkflow) | Invoke-ComfyUIWorkflow -NoDownload -WarningVariable warnings -WarningAction SilentlyContinue
            $jobs.Status | Should -Be Completed, Completed
            @($warnings).Count | Should -Be 1
            "$warnings" | Should -BeLike '*WebSocket*'
        }
        finally { Disconnect-ComfyUI $session }
    }
}

Describe 'Many at once' {
    AfterEach { Reset-TestServer $server }

    It 'runs 50 piped workflows, eight at a time, while input still flows' {
        $seen = [System.Collections.Generic.List[object]]::new()
        $finishedWhileFlowing = 0
        1..50 | ForEach-Object {
            if ($seen.Count) { $finishedWhileFlowing++ }
            $state = Get-ServerState $server
            @($state.running).Count + @($state.pending).Count | Should -BeLessOrEqual 8
            New-ImageWorkflow "many-$_"
        } | Invoke-ComfyUIWorkflow -ThrottleLimit 8 -OutputPath (Join-Path $out many) | ForEach-Object { $seen.Add($_) }

        $seen.Count | Should -Be 50
        $finishedWhileFlowing | Should -BeGreaterThan 0
        $seen.Index | Sort-Object | Should -Be (0..49)
        @($seen.Id | Select-Object -Unique).Count | Should -Be 50
        foreach ($job in $seen) { $job.Outputs[0].FileName | Should -BeLike "many-$($job.Index + 1)_*" }
        @(Get-ChildItem (Join-Path $out many) -Filter *.png).Count | Should -Be 50
    }

    It 'runs all of them when some fail, each with its own result' {
        $jobs = (New-ImageWorkflow), (New-FailingWorkflow one), (New-ImageWorkflow), (New-FailingWorkflow two) |
            Invoke-ComfyUIWorkflow -NoDownload -ErrorVariable problems -ErrorAction SilentlyContinue
        ($jobs | Sort-Object Index).Status | Should -Be Completed, Failed, Completed, Failed
        @($problems).Count | Should -Be 2
        $problems.TargetObject.Index | Sort-Object | Should -Be 1, 3
    }

    It 'goes on with the others when the server refuses one' {
        $bad = New-ImageWorkflow
        $bad['2'].class_type = 'NoSuchNode'
        $jobs = (New-ImageWorkflow), $bad, (New-ImageWorkflow) | Invoke-ComfyUIWorkflow -NoDownload -ErrorVariable problems -ErrorAction SilentlyContinue
        @($jobs).Count | Should -Be 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'PromptRejected,*'
    }

    It 'stops the rest, also on the server, when a downstream cmdlet has enough' {
        $workflows = @(New-ImageWorkflow) + @(1..6 | ForEach-Object { New-SlowWorkflow })
        $one = @($workflows | Invoke-ComfyUIWorkflow -ThrottleLimit 8 -NoDownload | Select-Object -First 1)
        $one.Count | Should -Be 1
        $one[0].Index | Should -Be 0
        Wait-Until { $state = Get-ServerState $server; -not (@($state.running).Count + @($state.pending).Count) } 'the other jobs are gone'
        (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload).Status | Should -Be Completed -Because 'the session is as good as before'
    }

    It 'stops the rest when the first error is to end it' {
        $workflows = @(New-FailingWorkflow) + @(1..3 | ForEach-Object { New-SlowWorkflow })
        $failure = Get-Failure { $workflows | Invoke-ComfyUIWorkflow -ThrottleLimit 8 -NoDownload -ErrorAction Stop }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIExecutionException
        Wait-Until { $state = Get-ServerState $server; -not (@($state.running).Count + @($state.pending).Count) } 'the other jobs are gone'
    }
}
