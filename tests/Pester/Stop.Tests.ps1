BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri -Name stopped
    $other = Connect-ComfyUI $server.Uri -Name other

    function Test-Idle { $state = Get-ServerState $server; -not (@($state.running).Count + @($state.pending).Count) }

    # Whether the client still hands in or waits for a job.
    function Test-ClientIdle { [ComfyUI.Client.JobOperations].GetProperty('IsIdle', [System.Reflection.BindingFlags] 'Instance, NonPublic').GetValue($session.Jobs) }

    # Runs a script until a condition is true, stops it as Ctrl+C does, and returns what it had written.
    function Stop-Midway {
        param([scriptblock] $Script, [object[]] $Arguments, [scriptblock] $When, [string] $What)

        $shell = New-TestShell $Script $Arguments
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing.Complete()
            $running = $shell.BeginInvoke($nothing, $output)
            Wait-Until $When $What
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $seconds = $watch.Elapsed.TotalSeconds
            $failure = $null
            try { $null = $shell.EndInvoke($running) } catch { $failure = $_.Exception.InnerException ?? $_.Exception }
            [pscustomobject]@{
                State = $shell.InvocationStateInfo.State; Output = @($output); Error = @($shell.Streams.Error); Failure = $failure; Seconds = $seconds
                Progress = @($shell.Streams.Progress)
            }
        }
        finally { Remove-TestShell $shell }
    }
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Ctrl+C' {
    AfterEach { Reset-TestServer $server }

    It 'takes a running job from the server' {
        $result = Stop-Midway { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-SlowWorkflow) {
            @((Get-ServerState $server).running).Count
        } 'the job runs'
        $result.State | Should -Be Stopped
        $result.Error | Should -BeNullOrEmpty
        $result.Failure | Should -BeOfType System.Management.Automation.PipelineStoppedException
        $result.Seconds | Should -BeLessThan 10
        Wait-Until { Test-Idle } 'the job is gone'
        Test-ClientIdle | Should -BeTrue
    }

    It 'takes a waiting job from the queue, and no other' {
        $null = Invoke-ServerControl $server pause
        $foreign = Submit-ComfyUIWorkflow (New-ImageWorkflow) -Session $other
        $result = Stop-Midway { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-ImageWorkflow) {
            @((Get-ServerState $server).pending).Count -eq 2
        } 'both jobs wait'
        $result.State | Should -Be Stopped
        # Nothing to wait for: it is gone when Stop returns.
        (Get-ServerState $server).pending | Should -Be $foreign.Id
        Get-ServerRequest $server POST '*/interrupt' | Should -BeNullOrEmpty
        Test-ClientIdle | Should -BeTrue
    }

    It 'does not interrupt the job of another that runs before ours' {
        $foreign = Submit-ComfyUIWorkflow (New-SlowWorkflow) -Session $other
        Wait-Until { (Get-ServerState $server).running -eq $foreign.Id } 'the foreign job runs'
        $null = Stop-Midway { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-SlowWorkflow) {
            @((Get-ServerState $server).pending).Count
        } 'ours waits'
        $state = Get-ServerState $server
        $state.running | Should -Be $foreign.Id
        @($state.pending).Count | Should -Be 0
    }

    It 'takes all jobs of a batch, while input still flows' {
        $result = Stop-Midway {
            param($session, $workflows)
            $workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload -ThrottleLimit 4
        } $session, @(1..8 | ForEach-Object { New-SlowWorkflow }) {
            $state = Get-ServerState $server; @($state.running).Count + @($state.pending).Count -eq 4
        } 'as many as may are there'
        $result.State | Should -Be Stopped
        Wait-Until { Test-Idle } 'all are gone'
        @(Get-ServerRequest $server POST '*/prompt').Count | Should -Be 4
        Test-ClientIdle | Should -BeTrue
    }

    It 'finds the job whose submission was still without an answer' {
        Add-ServerFault $server @{ method = 'POST'; path = '/prompt'; action = 'hold'; when = 'after' }
        $null = Invoke-ServerControl $server pause
        $result = Stop-Midway { param($session, $workflow) Submit-ComfyUIWorkflow $workflow -Session $session } $session, (New-ImageWorkflow) {
            @((Get-ServerState $server).pending).Count
        } 'the server has it'
        $result.State | Should -Be Stopped
        $result.Seconds | Should -BeLessThan 20
        @((Get-ServerState $server).pending).Count | Should -Be 0
    }

    It 'leaves jobs alone that are only waited for' {
        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow) -Session $session
        $result = Stop-Midway { param($session, $job) $job | Wait-ComfyUIJob -Session $session } $session, $job {
            -not (Test-ClientIdle)
        } 'it is waited for'
        $result.State | Should -Be Stopped
        $result.Seconds | Should -BeLessThan 10
        Get-ServerRequest $server POST '*/interrupt' | Should -BeNullOrEmpty
        Get-ServerRequest $server POST '*/queue' | Should -BeNullOrEmpty
        (Get-ServerState $server).running | Should -Be $job.Id
        Test-ClientIdle | Should -BeTrue
    }

    It 'leaves no half of a file' {
        Add-ServerFault $server @{ method = 'GET'; path = '/view'; action = 'hold' }
        $folder = Join-Path $TestDrive 'half'
        $result = Stop-Midway { param($session, $workflow, $folder) Invoke-ComfyUIWorkflow $workflow -Session $session -OutputPath $folder } $session, (New-ImageWorkflow), $folder {
            @(Get-ServerRequest $server GET '*/view*').Count
        } 'the file is asked for'
        $result.State | Should -Be Stopped
        Get-ChildItem $folder -Recurse -File -Force -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'ends <What> at once' -TestCases @(
        @{ What = 'connecting'; Path = 'system_stats'; Script = { param($session, $uri) Connect-ComfyUI $uri } }
        @{ What = 'a status'; Path = 'system_stats'; Script = { param($session) Get-ComfyUIStatus -Session $session } }
        @{ What = 'a quiet status'; Path = 'system_stats'; Script = { param($session) Get-ComfyUIStatus -Session $session -Quiet } }
        @{ What = 'a list of jobs'; Path = '/queue'; Script = { param($session) Get-ComfyUIJob -Session $session } }
        @{ What = 'a request'; Path = '/features'; Script = { param($session) Invoke-ComfyUIRequest /features -Session $session } }
        @{ What = 'an upload'; Path = '/upload'; Script = { param($session, $uri, $file) Send-ComfyUIFile $file -Session $session } }
    ) {
        Add-ServerFault $server @{ path = $Path; action = 'hold' }
        $result = Stop-Midway $Script $session, $server.Uri, $PSCommandPath { @(Get-ServerRequest $server * "*$Path*").Count } 'it is asked'
        $result.State | Should -Be Stopped
        $result.Output | Should -BeNullOrEmpty
        $result.Error | Should -BeNullOrEmpty
        $result.Seconds | Should -BeLessThan 10
    }

    It 'ends a wait between two tries' {
        Add-ServerFault $server @{ path = '/features'; status = 503; headers = @{ 'Retry-After' = '60' } }
        $result = Stop-Midway { param($session) Invoke-ComfyUIRequest /features -Session $session } $session { @(Get-ServerRequest $server GET '*/features').Count } 'it has failed once'
        $result.State | Should -Be Stopped
        $result.Seconds | Should -BeLessThan 10
    }

    It 'takes its progress from the screen' {
        $result = Stop-Midway { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-SlowWorkflow) {
            @((Get-ServerState $server).running).Count
        } 'the job runs'
        # A stopped pipeline may write nothing more; PowerShell itself takes the records away. There must be no record that only looks finished.
        $result.Progress | Where-Object PercentComplete -EQ 100 | Should -BeNullOrEmpty
    }
}

Describe '-AsJob' {
    AfterEach { Get-Job | Remove-Job -Force; Reset-TestServer $server }

    It 'runs in the background, for Wait-Job and Receive-Job' {
        $background = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -Session $session -OutputPath (Join-Path $TestDrive job) -AsJob
        $background.PSJobTypeName | Should -Be ComfyUIJob
        Get-Job -Id $background.Id | Should -Be $background
        ($background | Wait-Job -Timeout 60).State | Should -Be Completed
        $job = $background | Receive-Job
        $job | Should -BeOfType ComfyUI.Client.ComfyUIJob
        $job.Files.Count | Should -Be 1
        $background.HasMoreData | Should -BeFalse
        $background | Receive-Job | Should -BeNullOrEmpty
    }

    It 'is received as it goes with Receive-Job -Wait' {
        $jobs = @(1..5 | ForEach-Object { New-ImageWorkflow }) | Invoke-ComfyUIWorkflow -Session $session -NoDownload -AsJob | Receive-Job -Wait -AutoRemoveJob
        $jobs.Index | Sort-Object | Should -Be (0..4)
        Get-Job | Should -BeNullOrEmpty
    }

    It 'is stopped with Stop-Job, also on the server' {
        $background = (New-SlowWorkflow), (New-SlowWorkflow) | Invoke-ComfyUIWorkflow -Session $session -NoDownload -AsJob
        Wait-Until { $state = Get-ServerState $server; @($state.running).Count + @($state.pending).Count -eq 2 } 'both are on the server'
        $background | Stop-Job
        $background.State | Should -Be Stopped
        Wait-Until { Test-Idle } 'they are gone'
        Test-ClientIdle | Should -BeTrue
    }

    It 'is stopped with Remove-Job -Force, also on the server' {
        $background = Invoke-ComfyUIWorkflow (New-SlowWorkflow) -Session $session -NoDownload -AsJob
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        $background | Remove-Job -Force
        Wait-Until { Test-Idle } 'it is gone'
    }

    It 'fails when a run fails, and gives job and error' {
        $background = (New-FailingWorkflow), (New-ImageWorkflow) | Invoke-ComfyUIWorkflow -Session $session -NoDownload -AsJob
        ($background | Wait-Job -Timeout 60).State | Should -Be Failed
        $jobs = $background | Receive-Job -ErrorVariable problems -ErrorAction SilentlyContinue
        ($jobs | Sort-Object Index).Status | Should -Be Failed, Completed
        @($problems | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Exception[0] | Should -BeOfType ComfyUI.Client.ComfyUIExecutionException
    }

    It 'fails with the reason when the server refuses' {
        $bad = New-ImageWorkflow
        $bad['2'].class_type = 'NoSuchNode'
        $background = Invoke-ComfyUIWorkflow $bad -Session $session -NoDownload -AsJob
        ($background | Wait-Job -Timeout 60).State | Should -Be Failed
        (Get-Failure { $background | Receive-Job -ErrorAction Stop }).Exception | Should -BeOfType ComfyUI.Client.ComfyUIValidationException
    }

    It 'has progress and a name and a place to show' {
        $background = Invoke-ComfyUIWorkflow (New-SlowWorkflow -Seconds 0.5 -Steps 5) -Session $session -NoDownload -AsJob
        ($background | Wait-Job -Timeout 60).State | Should -Be Completed
        $background.Location | Should -Be $server.Uri
        $background.Command | Should -Not -BeNullOrEmpty
        $background.ChildJobs.Count + $background.Progress.Count | Should -BeGreaterThan 0
    }

    It 'starts nothing with -WhatIf' {
        Invoke-ComfyUIWorkflow (New-ImageWorkflow) -Session $session -AsJob -WhatIf | Should -BeNullOrEmpty
        Get-Job | Should -BeNullOrEmpty
    }
}

Describe 'The end' {
    It 'leaves no socket open' {
        Disconnect-ComfyUI -All
        Wait-Until { (Get-ServerState $server).open_sockets -eq 0 } 'all sockets are closed'
    }
}
