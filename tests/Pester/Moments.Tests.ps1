# Stopped at any moment: nothing is left behind on the server, on the disk or in the process, and the next command works.

BeforeDiscovery {
    # Fixed, so that what fails once fails again. The moment is a number of requests that the server has seen.
    $random = [random]::new(20261122)
    $moments = foreach ($what in 'a batch with files', 'a chain of cmdlets', 'uploads', 'lists', 'a background job') {
        foreach ($try in 1..4) { @{ What = $what; After = $random.Next(0, 14) } }
    }
    $firsts = foreach ($try in 1..4) { @{ First = $random.Next(1, 5); Throttle = $random.Next(1, 4) } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri -Name stopped
    $picture = (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName

    $scripts = @{
        'a batch with files' = { param($session, $x) $x.Workflows | Invoke-ComfyUIWorkflow -Session $session -OutputPath $x.Folder -ThrottleLimit 2 }
        'a chain of cmdlets' = { param($session, $x) $x.Workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload | Save-ComfyUIOutput $x.Folder -Force | Send-ComfyUIFile -Session $session }
        'uploads'            = { param($session, $x) 1..6 | ForEach-Object { $x.Picture } | Send-ComfyUIFile -Session $session -Name again.png -Force }
        'lists'              = { param($session, $x) Get-ComfyUIStatus -Session $session; Get-ComfyUINode -Session $session -Refresh | Out-Null; Get-ComfyUIJob -Session $session; Get-ComfyUIModel -Session $session; Get-ComfyUILog -Session $session; Get-ComfyUISetting -Session $session }
        'a background job'   = { param($session, $x) $job = $x.Workflows | Invoke-ComfyUIWorkflow -Session $session -OutputPath $x.Folder -AsJob; try { $job | Receive-Job -Wait } finally { $job | Remove-Job -Force } }
    }

    function Test-ClientIdle { [ComfyUI.Client.JobOperations].GetProperty('IsIdle', [System.Reflection.BindingFlags] 'Instance, NonPublic').GetValue($session.Jobs) }

    function Assert-NothingLeft {
        param([string] $Folder)

        Wait-Until { $state = Get-ServerState $server; -not (@($state.running).Count + @($state.pending).Count) } 'the server has nothing left to do'
        Wait-Until { Test-ClientIdle } 'the client follows nothing any more'
        Get-ChildItem $Folder -Recurse -File -Force -ErrorAction Ignore | Where-Object Name -Match '\.(partial|saving)$' | Should -BeNullOrEmpty
        # One socket is the session's own, and there is one session.
        (Get-ServerState $server).open_sockets | Should -BeLessOrEqual 1
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -Session $session -NoDownload
        $job.Status | Should -Be Completed
    }

    function New-Input {
        param([int] $Count = 4)

        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        @{ Folder = $folder; Picture = $picture; Workflows = @(1..$Count | ForEach-Object { New-SlowWorkflow -Seconds 0.1 -Steps 2 }) }
    }
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Stopped at any moment' {
    AfterEach { Reset-TestServer $server }

    It 'leaves nothing behind: <What>, after <After> requests' -TestCases $moments {
        $x = New-Input
        $shell = New-TestShell $scripts[$What] @($session, $x)
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing.Complete()
            $null = Invoke-ServerControl $server requests DELETE
            $running = $shell.BeginInvoke($nothing, $output)
            Wait-Until { $running.IsCompleted -or @(Get-ServerRequest $server).Count -ge $After } 'the moment has come'
            $shell.Stop()
            try { $null = $shell.EndInvoke($running) } catch [System.Management.Automation.PipelineStoppedException], [System.Management.Automation.MethodInvocationException] { $stopped = $_ }
            $shell.InvocationStateInfo.State | Should -BeIn Stopped, Completed
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
        finally { Remove-TestShell $shell }

        Assert-NothingLeft $x.Folder
    }

    It 'leaves nothing behind when a downstream cmdlet has enough after <First>, <Throttle> at a time' -TestCases $firsts {
        $x = New-Input 6
        $jobs = @($x.Workflows | Invoke-ComfyUIWorkflow -Session $session -OutputPath $x.Folder -ThrottleLimit $Throttle | Select-Object -First $First)
        $jobs.Count | Should -Be $First
        $jobs.Status | Sort-Object -Unique | Should -Be Completed
        @($jobs.Files | Where-Object Exists).Count | Should -Be $First
        Assert-NothingLeft $x.Folder
    }
}

Describe 'The module goes while runs are on' {
    AfterEach { Reset-TestServer $server }

    It 'Remove-Module in another runspace leaves this one''s runs alone' {
        $background = New-SlowWorkflow -Seconds 0.5 -Steps 5 | Invoke-ComfyUIWorkflow -Session $session -NoDownload -AsJob
        $result = Invoke-InShell { param($uri) $null = Connect-ComfyUI $uri; Remove-Module ComfyUI; 'removed' } $server.Uri
        $result.Output | Should -Be removed
        ($background | Receive-Job -Wait -AutoRemoveJob).Status | Should -Be Completed
        $session.IsClosed | Should -BeFalse
    }

    It 'Remove-Module under a background job ends it, with the reason, and the module can be imported again' {
        $result = Invoke-InShell {
            param($uri, $workflow, $manifest)
            $session = Connect-ComfyUI $uri
            $background = Invoke-ComfyUIWorkflow $workflow -NoDownload -AsJob
            while ($background.Progress.Count -eq 0 -and $background.State -eq 'Running') { [System.Threading.Thread]::Sleep(10) }
            Remove-Module ComfyUI
            "$($session.IsClosed)"
            $null = $background | Wait-Job -Timeout 60
            "$($background.State)"
            @($background.Error | ForEach-Object { $_.Exception.ErrorId })[0]
            $background | Remove-Job -Force
            Import-Module $manifest
            (Connect-ComfyUI $uri).IsClosed
            Disconnect-ComfyUI
        } $server.Uri, (New-SlowWorkflow), $ModuleManifest
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be 'True', 'Failed', 'SessionClosed', $false
    }

    It 'Import-Module -Force under a background job lets it go on' {
        $result = Invoke-InShell {
            param($uri, $workflow, $manifest)
            $null = Connect-ComfyUI $uri
            $background = Invoke-ComfyUIWorkflow $workflow -NoDownload -AsJob
            Import-Module $manifest -Force
            "$(($background | Receive-Job -Wait -AutoRemoveJob).Status)"
            "$((Get-ComfyUISession).Count) $((Get-ComfyUIStatus).Version)"
            Disconnect-ComfyUI
        } $server.Uri, (New-SlowWorkflow -Seconds 0.3 -Steps 3), $ModuleManifest
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be 'Completed', '1 0.3.64'
    }
}

Describe 'The end' {
    It 'leaves no socket open' {
        Disconnect-ComfyUI -All
        Wait-Until { (Get-ServerState $server).open_sockets -eq 0 } 'all sockets are closed'
    }
}
