# Everything a server offers, asked of servers of three years: what a server does not have yet is done in another way, or the error says
# which server has it.

BeforeDiscovery {
    $generations = @(
        @{ Generation = 'early'; Version = '0.3.0' }
        @{ Generation = 'recorded'; Version = '0.3.64' }
        @{ Generation = 'late'; Version = '0.38.0' }
    )
}

BeforeAll { . $PSScriptRoot/Common.ps1 }

Describe 'A server of the <Generation> kind' -ForEach $generations {
    BeforeAll {
        $early = $Generation -eq 'early'
        $server = Start-TestServer -Arguments '--generation', $Generation
        $session = Connect-ComfyUI $server.Uri
        $out = Join-Path $TestDrive $Generation

        # What the server has, or the error that says that it has it not.
        function Assert-FromLater([scriptblock] $Script) {
            $failure = Get-Failure $Script
            $failure.FullyQualifiedErrorId | Should -BeLike 'FeatureMissing,*'
            $failure.ErrorDetails.RecommendedAction | Should -Match '202\d'
        }
    }

    AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }
    AfterEach { Reset-TestServer $server }

    It 'says what it is and how it does' {
        $status = Get-ComfyUIStatus
        $status.Version | Should -Be $Version
        $status.RunningCount | Should -Be 0
        $status.Devices.Count | Should -Be $(if ($Generation -eq 'late') { 2 } else { 1 })
        $status.Features.Count -gt 0 | Should -Be (-not $early)
        (Get-ComfyUISession).ServerVersion | Should -Be $Version
    }

    It 'runs a workflow, and gives its files' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $out
        $job.Status | Should -Be Completed
        $job.Files | Should -HaveCount 1
        (Submit-ComfyUIWorkflow (New-ImageWorkflow) | Wait-ComfyUIJob | Save-ComfyUIOutput $out).Extension | Should -Be .png
    }

    It 'tells of a run as it goes, with previews that are saved' {
        $workflow = New-SlowWorkflow -Seconds 0.5 -Steps 3
        $workflow['3'].inputs.preview = $true
        $null = Invoke-ServerControl $server pause
        $job = Submit-ComfyUIWorkflow $workflow
        $events = $job | Watch-ComfyUIJob -PreviewPath (Join-Path $out previews) | ForEach-Object {
            if ($_.Kind -eq 'Queued') { $null = Invoke-ServerControl $server resume }
            $_
        }
        ($events | Where-Object Kind -EQ Progress).Step | Should -Be 1, 2, 3
        $previews = @($events | Where-Object Kind -EQ Preview)
        $previews.NodeId | Should -Be 3, 3, 3
        $previews.File | ForEach-Object { [System.IO.File]::ReadAllBytes($_.FullName)[0..1] | Should -Be 0xFF, 0xD8 }
        $events[-1].Status | Should -Be Completed
    }

    It 'lists jobs by state and by id' {
        $done = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $failed = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction SilentlyContinue
        $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { (Get-ServerState $server).running } 'it runs'
        $pending = Submit-ComfyUIWorkflow (New-ImageWorkflow)

        (Get-ComfyUIJob).Id | Should -Be $running.Id, $pending.Id, $failed.Id, $done.Id
        (Get-ComfyUIJob -Status Failed -First 5).Id | Should -Be $failed.Id
        (Get-ComfyUIJob -Status Completed, Failed -Skip 1 -First 1).Id | Should -Be $done.Id
        (Get-ComfyUIJob -Status Pending).QueuePosition | Should -Be 1
        (Get-ComfyUIJob -First 2 -Skip 1).Id | Should -Be $pending.Id, $failed.Id
        (Get-ComfyUIJob $running.Id.Substring(0, 8)).Status | Should -Be Running
        (Get-ComfyUIJob -Mine).Count | Should -Be 4
        # Of jobs of its own a session knows it; of others, only where the server tells.
        (Get-ComfyUIJob -Status Running).SubmittedAt | Should -Not -BeNullOrEmpty
        $other = Connect-ComfyUI $server.Uri -Name "other $Generation"
        $null -ne (Get-ComfyUIJob -Status Running -Session $other).SubmittedAt | Should -Be ($Generation -eq 'late')
        Disconnect-ComfyUI $other
        (Get-Failure { Get-ComfyUIJob ([guid]::NewGuid()) -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'JobNotFound,*'
    }

    It 'stops the one that runs and no other, removes and clears' {
        $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { (Get-ServerState $server).running } 'it runs'
        $pending = 1..2 | ForEach-Object { Submit-ComfyUIWorkflow (New-ImageWorkflow) }
        $pending[0].Id.Substring(0, 8) | Stop-ComfyUIJob
        (Get-ServerState $server).pending | Should -Be $pending[1].Id
        (Get-ServerState $server).running | Should -Be $running.Id
        Clear-ComfyUIQueue -Force
        Stop-ComfyUIJob $running
        (Wait-ComfyUIJob $running -ErrorAction SilentlyContinue).Status | Should -Be Interrupted
        Remove-ComfyUIJob $running.Id.Substring(0, 8)
        Get-ComfyUIJob | Should -BeNullOrEmpty
        Clear-ComfyUIMemory -UnloadModel -FreeMemory
    }

    It 'lists nodes and models' {
        (Get-ComfyUINode KSampler).Inputs.Count | Should -BeGreaterThan 5
        $models = Get-ComfyUIModel
        $models.Name | Should -Contain 'sub/dummy_v2.safetensors'
        $models.Folder | Should -Contain embeddings
        @($models | Where-Object Size).Count -gt 0 | Should -Be (-not $early)
        (Get-ComfyUIModel loras -Metadata).Metadata.Count | Should -BeGreaterThan 0
    }

    It 'gives its log' {
        Get-ComfyUILog -Tail 5 | Should -Not -BeNullOrEmpty
        if ($early) { Assert-FromLater { Get-ComfyUILog -Follow } }
        else { (Get-ComfyUILog -Follow | Select-Object -First 1).Message | Should -Match 'ComfyUI version' }
    }

    It 'keeps settings and files' {
        Set-ComfyUISetting Some.Setting @{ a = 1 }
        (Get-ComfyUISetting Some.Setting).Value.a | Should -Be 1
        $file = Join-Path $TestDrive 'kept.json'
        [System.IO.File]::WriteAllText($file, '{}')
        (Send-ComfyUIUserFile $file -Force).Path | Should -Be workflows/kept.json
        $kept = Get-ComfyUIUserFile workflows
        $kept.Name | Should -Be kept.json
        [DateTimeOffset]::UtcNow - $kept.ModifiedAt | Should -BeLessThan ([timespan]::FromHours(1))
        ($kept | Save-ComfyUIUserFile -OutputPath $out).Name | Should -Be kept.json
        $kept | Remove-ComfyUIUserFile
        Get-ComfyUIUserFile | Where-Object Name -EQ kept.json | Should -BeNullOrEmpty
    }

    It 'takes files' { (Send-ComfyUIFile (Join-Path $PSScriptRoot 'Common.ps1') -Name some.txt -Force).Value | Should -Be some.txt }

    It 'has examples, or says which server has' {
        if ($early) { Assert-FromLater { Get-ComfyUITemplate } }
        else {
            (Get-ComfyUITemplate demo -Download).Workflow | Should -BeOfType ComfyUI.Client.ComfyUIWorkflow
            (Get-ComfyUITemplate demo | Export-ComfyUIWorkflow -Path (Join-Path $TestDrive "$Generation.json")).Name | Should -Be "$Generation.json"
        }
    }

    It 'takes a shortened id wherever one is taken' {
        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow -Seconds 0.1 -Steps 1)
        $short = $job.Id.Substring(0, 8)
        (Wait-ComfyUIJob $short).Id | Should -Be $job.Id
        (Watch-ComfyUIJob $short)[-1].PromptId | Should -Be $job.Id
        @(Save-ComfyUIOutput -Id $short -OutputPath $out).Count | Should -Be 1
        Stop-ComfyUIJob $short -ErrorAction Stop
    }
}
