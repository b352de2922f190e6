# What a user sets for all commands holds for these, too.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Errors of a run that failed' {
    It '<Preference> as preference: <Seen> error shown, <Kept> kept, and it goes on' -TestCases @(
        @{ Preference = 'Continue'; Seen = 1; Kept = 1 }
        @{ Preference = 'SilentlyContinue'; Seen = 0; Kept = 1 }
        @{ Preference = 'Ignore'; Seen = 0; Kept = 0 }
    ) {
        # Ignore is a parameter's value only: the variable does not take it.
        $result = Invoke-InShell {
            param($session, $workflow, $preference)
            Set-StrictMode -Version Latest
            $Error.Clear()
            if ($preference -eq 'Ignore') { $job = Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload -ErrorAction Ignore }
            else { $ErrorActionPreference = $preference; $job = Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload }
            "$($job.Status) $($Error.Count)"
        } $session, (New-FailingWorkflow), $Preference
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be "Failed $Kept"
        @($result.Error).Count | Should -Be $Seen
    }

    It 'are one a job, also in a variable that is added to' {
        $problems = @('before')
        (New-FailingWorkflow), (New-ImageWorkflow), (New-FailingWorkflow) | Invoke-ComfyUIWorkflow -Session $session -NoDownload -ErrorAction SilentlyContinue -ErrorVariable +problems | Out-Null
        $problems.Count | Should -Be 3
        $problems[1].Exception | Should -BeOfType ComfyUI.Client.ComfyUIExecutionException
    }

    It 'with -ErrorAction Stop end a pipeline of several, and its jobs on the server' {
        $result = Invoke-InShell {
            param($session, $workflows)
            try { $workflows | Invoke-ComfyUIWorkflow -Session $session -NoDownload -ErrorAction Stop | ForEach-Object { "$($_.Status)" } }
            catch [ComfyUI.Client.ComfyUIException] { "caught $($_.Exception.ErrorId)" }
        } $session, @((New-FailingWorkflow), (New-SlowWorkflow), (New-SlowWorkflow))
        $result.Failure | Should -BeNullOrEmpty
        @($result.Output)[-1] | Should -Be 'caught ExecutionFailed'
        Wait-Until { $state = Get-ServerState $server; -not (@($state.running).Count + @($state.pending).Count) } 'the others are gone'
    }
}

Describe 'Errors that end a cmdlet' {
    It 'reach a trap by their type, which may go on' {
        $result = Invoke-InShell {
            param($session)
            trap [ComfyUI.Client.ComfyUINotFoundException] { "trapped $($_.Exception.ErrorId)"; continue }
            Invoke-ComfyUIRequest /nowhere -Session $session
            'went on'
        } $session
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be 'trapped NotFound', 'went on'
    }

    It 'run a finally, and are in $Error once' {
        $result = Invoke-InShell {
            param($session)
            $Error.Clear()
            try { try { Invoke-ComfyUIRequest /nowhere -Session $session } finally { 'cleaned up' } } catch { "$($Error.Count)" }
        } $session
        $result.Output | Should -Be 'cleaned up', '1'
    }

    It 'do not end a script that wants to go on, and leave nothing in the output' {
        $result = Invoke-InShell { param($session) $got = Invoke-ComfyUIRequest /nowhere -Session $session -ErrorAction SilentlyContinue; "got '$got'"; "$?" } $session
        # ThrowTerminatingError ends the statement; a preference of the caller decides about the script.
        @($result.Output; $result.Error.Count).Count | Should -BeGreaterThan 0
        $result.Output | Should -Contain "got ''"
    }
}

Describe 'Warnings and progress' {
    BeforeAll { $half = { $env:COMFYUI_USERNAME = 'half'; try { Connect-ComfyUI $server.Uri -Name half @args } finally { Remove-Item Env:COMFYUI_USERNAME } } }

    It 'a warning goes into -WarningVariable, and nowhere with SilentlyContinue' {
        $session = & $half -WarningVariable warned -WarningAction SilentlyContinue 3>&1
        @($session).Count | Should -Be 1
        @($warned).Count | Should -Be 1
        "$warned" | Should -BeLike '*COMFYUI_PASSWORD is not*'
    }

    It '-WarningAction Stop ends it, and no session is left' {
        Disconnect-ComfyUI half -ErrorAction Ignore
        { & $half -WarningAction Stop } | Should -Throw
        Get-ComfyUISession | Where-Object Name -EQ half | Should -BeNullOrEmpty
    }

    It '$ProgressPreference <Preference>: progress is <Shown>' -TestCases @(@{ Preference = 'SilentlyContinue'; Shown = $false }, @{ Preference = 'Continue'; Shown = $true }) {
        $result = Invoke-InShell {
            param($session, $workflow, $preference)
            $ProgressPreference = $preference
            "$((Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload).Status)"
        } $session, (New-SlowWorkflow -Seconds 0.6 -Steps 6), $Preference
        $result.Output | Should -Be Completed
        ($result.Progress.Count -gt 0) | Should -Be $Shown
    }

    It '-ProgressAction, where PowerShell has it' {
        if (-not (Get-Command Invoke-ComfyUIWorkflow).Parameters.ContainsKey('ProgressAction')) { Set-ItResult -Skipped -Because 'this PowerShell has no -ProgressAction'; return }
        $result = Invoke-InShell { param($session, $workflow) "$((Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload -ProgressAction Ignore).Status)" } $session, (New-SlowWorkflow -Seconds 0.4 -Steps 4)
        $result.Output | Should -Be Completed
        $result.Progress | Should -BeNullOrEmpty
    }
}

Describe 'Cultures' {
    It 'numbers mean the same in <Culture>' -TestCases @(@{ Culture = 'de-DE' }, @{ Culture = 'tr-TR' }, @{ Culture = 'ar-SA' }, @{ Culture = 'fa-IR' }) {
        if ([cultureinfo]::InvariantCulture.CompareInfo.Version.SortId -eq [guid]::Empty -or 'i'.ToUpper([cultureinfo] 'tr-TR') -eq 'I') {
            Set-ItResult -Skipped -Because 'this system has no cultures (no ICU)'
            return
        }

        $null = Invoke-ServerControl $server requests DELETE
        $result = Invoke-InShell {
            param($uri, $workflow, $culture, $csv)
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [System.Threading.Thread]::CurrentThread.CurrentUICulture = $culture
            [cultureinfo]::DefaultThreadCurrentCulture = $culture
            try {
                $session = Connect-ComfyUI $uri -TimeoutSec 12.5 -Name $culture.Name
                Get-Content $csv | ConvertFrom-Csv | Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload | ForEach-Object { "$($_.Status)" }
                $edited = Set-ComfyUIWorkflowInput $workflow 'Slow node.seconds' 0.125 -Session $session
                $edited.ToJson() -match '"seconds":\s*0\.125' | Where-Object { $_ }
                $null = Get-ComfyUIJob -Session $session -First 1 | Out-String
                $null = Get-ComfyUIStatus -Session $session | Format-List | Out-String
                Disconnect-ComfyUI $culture.Name
            }
            finally { [cultureinfo]::DefaultThreadCurrentCulture = $null }
        } $server.Uri, (New-SlowWorkflow -Seconds 0 -Steps 1), ([cultureinfo] $Culture), (Join-Path $TestDrive rows.csv)
        $result.Failure | Should -BeNullOrEmpty
        $result.Error | Should -BeNullOrEmpty
        $result.Output | Should -Be 'Completed', 'Completed', $true
        $sent = Get-ServerRequest $server POST '*/prompt' | ForEach-Object { ($_.body | ConvertFrom-Json).prompt.'3'.inputs }
        $sent.seconds | Should -Be 0.25, 0.5
        $sent.seed | Should -Be 1, 18446744073709551615
    }

    BeforeAll { Set-Content (Join-Path $TestDrive rows.csv) 'Seconds,Seed', '0.25,1', '0.5,18446744073709551615' }
}
