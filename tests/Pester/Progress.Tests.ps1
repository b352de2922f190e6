BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'The progress of a run' {
    BeforeAll {
        $file = Save-Workflow (New-SlowWorkflow -Seconds 2 -Steps 40) (Join-Path $TestDrive 'portrait.json')
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $result = Invoke-InShell { param($session, $file) Invoke-ComfyUIWorkflow $file -Session $session -NoDownload } $session, $file
        $seconds = $watch.Elapsed.TotalSeconds
        $records = $result.Progress
        $shown = @($records | Where-Object RecordType -EQ Processing)
    }

    It 'grows and never goes back' {
        $result.Output[0].Status | Should -Be Completed
        $shown.Count | Should -BeGreaterThan 2
        $percents = $shown.PercentComplete
        ($percents | Sort-Object) | Should -Be $percents
        $percents[-1] | Should -BeGreaterThan 50
        $percents | ForEach-Object { $_ | Should -BeIn (0..100) }
    }

    It 'names the file, the node and its step' {
        $shown[0].Activity | Should -Be 'ComfyUI: portrait.json'
        $shown.StatusDescription | Where-Object { $_ -match '^\d+% Slow node, step \d+ of 40$' } | Should -Not -BeNullOrEmpty
    }

    It 'ends with a Completed record of the same activity, and nothing after it' {
        $records[-1].RecordType | Should -Be Completed
        @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
        @($records.ActivityId | Select-Object -Unique).Count | Should -Be 1
    }

    It 'comes at most five times a second, however many events there are' {
        # 40 steps gave at least 80 events; the limit follows from how long it took, however slow the machine.
        $shown.Count | Should -BeLessOrEqual ([math]::Ceiling($seconds * 5) + 1)
    }
}

Describe 'The progress of several' {
    BeforeAll {
        $workflows = 1..3 | ForEach-Object { New-SlowWorkflow -Seconds 0.6 -Steps 6 }
        $result = Invoke-InShell { param($session, $workflows) $workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload } $session, $workflows
        $records = $result.Progress
    }

    It 'has a parent that counts, and a child for each' {
        $parent = @($records | Where-Object Activity -EQ 'ComfyUI workflows')
        $parent.StatusDescription | Should -Contain '0 of 3 done'
        $children = @($records | Where-Object { $_.ParentActivityId -eq $parent[0].ActivityId })
        @($children.Activity | Select-Object -Unique).Count | Should -Be 3
    }

    It 'completes every activity that it has shown' {
        foreach ($activity in $records | Group-Object ActivityId) {
            $activity.Group[-1].RecordType | Should -Be Completed -Because "activity $($activity.Name) must not stay on the screen"
        }
    }
}

Describe 'The queue' {
    AfterEach { Reset-TestServer $server }

    It 'shows how many jobs are before ours' {
        $null = Invoke-ServerControl $server pause
        $null = 1..2 | ForEach-Object { New-ImageWorkflow } | Submit-ComfyUIWorkflow
        $shell = New-TestShell { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-ImageWorkflow)
        try {
            $running = $shell.BeginInvoke()
            Wait-Until { @($shell.Streams.Progress).Where({ $_.StatusDescription -eq 'In the queue, behind 2 jobs' }).Count } 'the place is shown'
            $null = Invoke-ServerControl $server resume
            $shell.EndInvoke($running).Status | Should -Be Completed
        }
        finally { Remove-TestShell $shell }
    }
}

Describe 'A batch in the queue' {
    It 'shows each job behind those of the same batch' {
        $shell = New-TestShell { param($session, $workflows) $workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload -ThrottleLimit 3 } $session, @(1..3 | ForEach-Object { New-SlowWorkflow })
        try {
            $null = $shell.BeginInvoke()
            Wait-Until { @($shell.Streams.Progress).Where({ $_.StatusDescription -eq 'In the queue, behind 2 jobs' }).Count } 'the last is behind two'
            Wait-Until { @($shell.Streams.Progress).Where({ $_.StatusDescription -eq 'In the queue, behind 1 job' }).Count } 'the second is behind one'
            $shell.Stop()
        }
        finally { Remove-TestShell $shell; Reset-TestServer $server }
    }
}

Describe 'Progress that nobody wants' {
    It 'is not there with $ProgressPreference SilentlyContinue, and the run is the same' {
        # The preference acts on the host; a pipeline's own stream is empty then, too.
        $result = Invoke-InShell {
            param($session, $workflow)
            $ProgressPreference = 'SilentlyContinue'
            Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload
        } $session, (New-SlowWorkflow -Seconds 0.5 -Steps 5)
        $result.Output[0].Status | Should -Be Completed
        $result.Progress | Should -BeNullOrEmpty
    }

    It 'leaves nothing on the screen when a run fails' {
        $result = Invoke-InShell { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-FailingWorkflow)
        foreach ($activity in $result.Progress | Group-Object ActivityId) { $activity.Group[-1].RecordType | Should -Be Completed }
    }

    It 'leaves nothing on the screen when the first error ends it' {
        $result = Invoke-InShell {
            param($session, $workflows)
            $workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload -ErrorAction Stop
        } $session, @((New-SlowWorkflow -Seconds 0.4 -Steps 4), (New-FailingWorkflow), (New-SlowWorkflow))
        $result.Failure | Should -Not -BeNullOrEmpty
        foreach ($activity in $result.Progress | Group-Object ActivityId) { $activity.Group[-1].RecordType | Should -Be Completed }
    }
}

Describe 'Uploads and waiting' {
    It 'show progress, too, and complete it' {
        $big = Join-Path $TestDrive big.bin
        [System.IO.File]::WriteAllBytes($big, [byte[]]::new(8MB))
        $result = Invoke-InShell { param($session, $file) Send-ComfyUIFile $file -Session $session } $session, $big
        $result.Output[0].Name | Should -Be big.bin
        foreach ($activity in $result.Progress | Group-Object ActivityId) { $activity.Group[-1].RecordType | Should -Be Completed }

        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow -Seconds 1 -Steps 10)
        $result = Invoke-InShell { param($session, $job) $job | Wait-ComfyUIJob -Session $session } $session, $job
        @($result.Progress | Where-Object StatusDescription -Match 'step').Count | Should -BeGreaterThan 0
        $result.Progress[-1].RecordType | Should -Be Completed
    }
}
