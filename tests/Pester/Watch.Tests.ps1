BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri -Name mine
    $other = Connect-ComfyUI $server.Uri -Name other

    function New-PreviewWorkflow {
        $workflow = New-SlowWorkflow -Seconds 0.5 -Steps 3
        $workflow['3'].inputs.preview = $true
        $workflow
    }
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Watch-ComfyUIJob' {
    AfterEach { Reset-TestServer $server }

    It 'tells the events of a job and ends with it' {
        $null = Invoke-ServerControl $server pause
        $job = New-PreviewWorkflow | Submit-ComfyUIWorkflow -Session mine
        $events = $job | Watch-ComfyUIJob -Session mine -PreviewPath TestDrive:\previews | ForEach-Object {
            if ($_.Kind -eq 'Queued') { $null = Invoke-ServerControl $server resume }
            $_
        }
        $events[-1].Kind | Should -Be Done
        $events[-1].Status | Should -Be Completed
        $events[-1].Job.Outputs.FileName | Should -BeLike 'slow*.png'
        $events.Kind | Should -Contain Started
        $events.Kind | Should -Contain Output
        ($events | Where-Object Kind -EQ Progress).Step | Should -Be 1, 2, 3
        ($events | Where-Object Kind -EQ Preview).File | Should -HaveCount 3
        ($events | Where-Object Kind -EQ Preview).File[0] | Should -Exist
        @(Get-ChildItem TestDrive:\previews).Count | Should -Be 3
        $table = $events | Out-String -Width 160
        $table | Should -Match 'Slow node \(3\)\s+step 2 of 3'
        $table | Should -Match 'Completed in \d'
    }

    It 'tells a pipeline that takes its time what came meanwhile' {
        $workflow = New-SlowWorkflow -Seconds 0 -Steps 1000
        foreach ($node in 10..14) {
            $workflow["$node"] = @{ class_type = 'SleepProgress'; inputs = @{ image = @('1', 0); seconds = 0; steps = 1000; seed = $node; preview = $false; format = 'JPEG' } }
            $workflow["$($node + 10)"] = @{ class_type = 'PreviewImage'; inputs = @{ images = @("$node", 0) } }
        }

        $tracked = [ComfyUI.Client.JobOperations].GetProperty('TrackedCount', [System.Reflection.BindingFlags] 'Instance, NonPublic')
        $null = Invoke-ServerControl $server pause
        $job = $workflow | Submit-ComfyUIWorkflow -Session mine
        $events = $job | Watch-ComfyUIJob -Session mine | ForEach-Object {
            if ($_.Kind -eq 'Queued') {
                $null = Invoke-ServerControl $server resume
                Wait-Until { $tracked.GetValue($session.Jobs) -eq 0 } 'the session has heard everything and let go of the job'
            }
            $_
        }
        $events[-1].Kind | Should -Be Done
        @($events | Where-Object Kind -EQ Output).Count | Should -Be 6
        @($events | Where-Object Kind -EQ Progress).Count | Should -Be 6000
    }

    It 'ends a failed job with an event and no error' {
        $job = New-FailingWorkflow | Submit-ComfyUIWorkflow -Session mine
        $events = Watch-ComfyUIJob $job.Id -Session mine -ErrorAction Stop
        $events[-1].Status | Should -Be Failed
        $events[-1].Text | Should -Match boom
        ($events | Out-String -Width 160) | Should -Match 'Failed: .*boom'
    }

    It 'watches several at once, each to its end' {
        $jobs = 1..3 | ForEach-Object { New-SlowWorkflow -Seconds 0.2 -Steps 2 | Submit-ComfyUIWorkflow -Session mine }
        $done = $jobs | Watch-ComfyUIJob -Session mine | Where-Object Kind -EQ Done
        $done.PromptId | Sort-Object | Should -Be ($jobs.Id | Sort-Object)
    }

    It 'watches all jobs, those of others, too, until none is left' {
        $mine = New-SlowWorkflow -Seconds 0.5 -Steps 2 | Submit-ComfyUIWorkflow -Session mine
        $foreign = New-SlowWorkflow -Seconds 0.5 -Steps 2 | Submit-ComfyUIWorkflow -Session other
        $done = Watch-ComfyUIJob -All -Session mine | Where-Object Kind -EQ Done
        $done.PromptId | Should -Be $mine.Id, $foreign.Id
        Watch-ComfyUIJob -All -Session mine | Should -BeNullOrEmpty
    }

    It 'goes on when the socket is lost' {
        $job = New-SlowWorkflow -Seconds 2 -Steps 20 | Submit-ComfyUIWorkflow -Session mine
        $dropped = $false
        $events = Watch-ComfyUIJob $job.Id -Session mine | ForEach-Object {
            if (-not $dropped -and $_.Kind -eq 'Progress') { $dropped = $true; $null = Invoke-ServerControl $server drop-sockets }
            $_
        }
        $events[-1].Status | Should -Be Completed
    }

    It 'stops no job when it is stopped' {
        $job = New-SlowWorkflow | Submit-ComfyUIWorkflow -Session mine
        $first = Watch-ComfyUIJob $job.Id -Session mine | Select-Object -First 1
        $first.PromptId | Should -Be $job.Id
        (Get-ServerState $server).running | Should -Be $job.Id
    }

    It 'reports a job that nobody knows' {
        $id = [guid]::NewGuid()
        (Get-Failure { Watch-ComfyUIJob $id -Session mine }).FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
    }
}

Describe 'Tidying' {
    AfterEach { Reset-TestServer $server }

    It 'lists the jobs of this session alone with -Mine' {
        $job = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session mine | Wait-ComfyUIJob -Session mine
        $null = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session other | Wait-ComfyUIJob -Session other
        @(Get-ComfyUIJob -Session mine).Count | Should -Be 2
        (Get-ComfyUIJob -Mine -Session mine).Id | Should -Be $job.Id
    }

    It 'removes finished jobs from the history' {
        $jobs = 1..3 | ForEach-Object { New-ImageWorkflow | Submit-ComfyUIWorkflow -Session mine | Wait-ComfyUIJob -Session mine }
        $jobs[0] | Remove-ComfyUIJob -WhatIf
        (Get-ServerState $server).finished | Should -HaveCount 3
        $jobs[0], $jobs[1] | Remove-ComfyUIJob
        (Get-ServerState $server).finished | Should -Be $jobs[2].Id
        (Get-Failure { Remove-ComfyUIJob $jobs[0].Id -Session mine }).FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
    }

    It 'removes no job that runs' {
        $job = New-SlowWorkflow | Submit-ComfyUIWorkflow -Session mine
        Wait-Until { (Get-ServerState $server).running } 'it runs'
        (Get-Failure { Remove-ComfyUIJob $job.Id -Session mine }).FullyQualifiedErrorId | Should -BeLike 'JobNotFinished,*'
    }

    It 'clears the history without asking with -Force or -Confirm:$false' {
        foreach ($answer in @{ Force = $true }, @{ Confirm = $false }) {
            $null = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session mine | Wait-ComfyUIJob -Session mine
            Remove-ComfyUIJob -All -Session mine -WhatIf
            (Get-ServerState $server).finished | Should -HaveCount 1
            Remove-ComfyUIJob -All -Session mine @answer
            (Get-ServerState $server).finished | Should -BeNullOrEmpty
        }
    }

    It 'asks before it clears history or queue' {
        foreach ($script in { Remove-ComfyUIJob -All -Session $args[0] }, { Clear-ComfyUIQueue -Session $args[0] }) {
            # There is nobody to answer.
            (Invoke-InShell $script $session).Error[0].Exception.Message | Should -Match 'prompts the user'
        }

        Get-ServerRequest $server POST | Should -BeNullOrEmpty
    }

    It 'clears the queue and leaves what runs' {
        $running = New-SlowWorkflow | Submit-ComfyUIWorkflow -Session mine
        Wait-Until { (Get-ServerState $server).running } 'it runs'
        $null = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session other
        Clear-ComfyUIQueue -Session mine -Force -WhatIf
        (Get-ServerState $server).pending | Should -HaveCount 1
        Clear-ComfyUIQueue -Session mine -Force
        (Get-ServerState $server).pending | Should -BeNullOrEmpty
        (Get-ServerState $server).running | Should -Be $running.Id
    }

    It 'frees memory as it is told' {
        Clear-ComfyUIMemory -Session mine
        Clear-ComfyUIMemory -Session mine -UnloadModel
        Clear-ComfyUIMemory -Session mine -FreeMemory
        Clear-ComfyUIMemory -Session mine -UnloadModel -FreeMemory
        Clear-ComfyUIMemory -Session mine -WhatIf
        (Get-ServerRequest $server POST '*/free').body | Should -Be @(
            '{"unload_models":true,"free_memory":false}', '{"unload_models":true,"free_memory":false}'
            '{"unload_models":false,"free_memory":true}', '{"unload_models":true,"free_memory":true}')
    }
}
