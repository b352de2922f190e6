BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
    $pwsh = ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path)
    $picture = (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName

    # Everything once, with what comes out as text: for comparing surroundings.
    $everything = {
        param($session, $workflow, $seeded, $failing, $picture, $folder)
        $job = Invoke-ComfyUIWorkflow $workflow -Session $session -OutputPath $folder
        "$($job.Status) $($job.Files.Count) $($job.Outputs[0].Media)"
        $job | Out-String -Width 200 | ForEach-Object Length | ForEach-Object { $_ -gt 0 }
        (Invoke-ComfyUIWorkflow $seeded -Session $session -NoDownload -Seed 18446744073709551615 -Parameter @{ 'Slow node.seconds' = 0.25; 'Canvas.width' = 9 }).Status
        (Invoke-ComfyUIWorkflow $failing -Session $session -NoDownload -ErrorAction SilentlyContinue).Status
        $list = @(Get-ComfyUIJob -Session $session -First 2)
        "$($list.Count)"
        $status = Get-ComfyUIStatus -Session $session
        $null = $status | Out-String
        "$($status.Version)"
        @(Invoke-ComfyUIRequest /history -Session $session -Query @{ max_items = 1; x = 1.5 } | Get-Member -MemberType NoteProperty).Count
        (Send-ComfyUIFile $picture -Session $session -Name sent.png -Force).Value
        (Submit-ComfyUIWorkflow $workflow -Session $session | Wait-ComfyUIJob | Save-ComfyUIOutput $folder -Force).Extension
    }
    function New-EverythingArgument {
        @($session, (New-ImageWorkflow), (New-SeedWorkflow), (New-FailingWorkflow), $picture, (Join-Path $TestDrive ([guid]::NewGuid())))
    }
    $expected = 'Completed 1 Image', $true, 'Completed', 'Failed', '2', '0.3.64', 1, 'sent.png', '.png'
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Strict mode and preferences' {
    It 'everything works under StrictMode Latest' {
        $result = Invoke-InShell ([scriptblock]::Create("param(`$a) Set-StrictMode -Version Latest; & { $everything } @a")) @(, (New-EverythingArgument))
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be $expected
    }

    It '$ErrorActionPreference Stop makes the error of a job terminating, after the job' {
        $result = Invoke-InShell {
            param($session, $workflow)
            $ErrorActionPreference = 'Stop'
            $jobs = @()
            try { Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload -OutVariable jobs | Out-Null; 'not reached' }
            catch [ComfyUI.Client.ComfyUIExecutionException] { "caught $($jobs.Count) $($_.TargetObject.Status)" }
        } $session, (New-FailingWorkflow)
        $result.Output | Should -Be 'caught 1 Failed'
    }

    It '-ErrorAction Ignore leaves no trace' {
        $result = Invoke-InShell { param($session) $Error.Clear(); Get-ComfyUIJob nope -Session $session -ErrorAction Ignore; $Error.Count } $session
        $result.Output | Should -Be 0
        $result.Error | Should -BeNullOrEmpty
    }

    It '-ErrorVariable, -OutVariable and -PipelineVariable do what they do everywhere' {
        $null = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction SilentlyContinue -ErrorVariable problems -OutVariable jobs
        @($problems).Count | Should -Be 1
        $jobs.Count | Should -Be 1
        $names = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -PipelineVariable job | ForEach-Object { $job.Outputs } | ForEach-Object { "$($job.Status) $($_.Kind)" }
        $names | Should -Be 'Completed images'
    }

    It 'a terminating error is $Error[0] and leaves $? false' {
        $result = Invoke-InShell { param($session) try { Invoke-ComfyUIRequest /nowhere -Session $session } catch { }; $Error[0].FullyQualifiedErrorId; Invoke-ComfyUIRequest /nowhere -Session $session 2>$null; $? } $session
        $result.Output[0] | Should -BeLike 'NotFound,*'
    }
}

Describe 'Cultures' {
    It 'everything works in <Culture>' -TestCases @(@{ Culture = 'de-DE' }, @{ Culture = 'tr-TR' }) {
        $script = [scriptblock]::Create("param(`$a, `$culture)
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [System.Threading.Thread]::CurrentThread.CurrentUICulture = `$culture
            [cultureinfo]::DefaultThreadCurrentCulture = `$culture
            try { & { $everything } @a } finally { [cultureinfo]::DefaultThreadCurrentCulture = `$null }")
        $null = Invoke-ServerControl $server requests DELETE
        $result = Invoke-InShell $script @((New-EverythingArgument), [cultureinfo] $Culture)
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be $expected
        $bodies = (Get-ServerRequest $server POST '*/prompt').body -join "`n"
        $bodies | Should -Match '"seconds":\s*0\.25'
        $bodies | Should -Not -Match '0,25'
        (Get-ServerRequest $server GET '/history*').path | Where-Object { $_ -like '*x=1.5*' } | Should -Not -BeNullOrEmpty
    }

    It 'names are found in Turkish, too: -Type INPUT, title, node ids' {
        $result = Invoke-InShell {
            param($session, $picture, $workflow)
            [System.Threading.Thread]::CurrentThread.CurrentCulture = 'tr-TR'
            (Send-ComfyUIFile $picture -Session $session -Type INPUT -Name tr.png -Force).Type
            (Invoke-ComfyUIRequest /history get -Session $session | Measure-Object).Count
            (Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload -Parameter @{ 'SAVEIMAGE.FILENAME_PREFIX' = 'tr' }).Outputs[0].FileName
        } $session, $picture, (New-ImageWorkflow)
        $result.Failure | Should -BeNullOrEmpty
        $result.Output[0] | Should -Be input
        $result.Output[2] | Should -BeLike 'tr_*'
    }
}

Describe 'ConstrainedLanguage' {
    It 'imports, connects, runs and catches by type' {
        # Constrained from the start, as an application control policy has it; the module itself is trusted there and imported before.
        $result = Invoke-InShell {
            param($uri, $json, $failing, $folder)
            $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            "$($ExecutionContext.SessionState.LanguageMode)"
            $session = Connect-ComfyUI $uri -Name constrained
            $job = Invoke-ComfyUIWorkflow $json -Session $session -OutputPath $folder
            "$($job.Status) $($job.Files.Count)"
            $null = $job | Out-String
            $null = Get-ComfyUIStatus | Out-String
            (Invoke-ComfyUIWorkflow @{ '1' = @{ class_type = 'TextOut'; inputs = @{ text = 'hi' } } } -NoDownload).Outputs[0].Text
            try { $null = Invoke-ComfyUIWorkflow $failing -NoDownload -ErrorAction Stop } catch [ComfyUI.Client.ComfyUIExecutionException] { "caught $($_.TargetObject.Status)" }
            Disconnect-ComfyUI
        } $server.Uri, (ConvertTo-Json (New-ImageWorkflow) -Depth 9), (ConvertTo-Json (New-FailingWorkflow) -Depth 9), (Join-Path $TestDrive constrained)
        $result.Failure | Should -BeNullOrEmpty
        $result.Error | Where-Object { $_.CategoryInfo.Category -ne 'InvalidOperation' } | Should -BeNullOrEmpty
        $result.Output | Should -Be 'ConstrainedLanguage', 'Completed 1', 'hi', 'caught Failed'
    }

    It 'can be imported there' {
        $result = & $pwsh -NoProfile -NonInteractive -Command "
            `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            Import-Module '$ModuleManifest' -ErrorAction Stop
            Connect-ComfyUI '$($server.Uri)' | ForEach-Object ServerVersion"
        $result | Should -Be '0.3.64'
    }
}

Describe 'Other processes and threads' {
    It 'runs in Start-Job, and its objects come back readable' {
        $background = Start-Job -ScriptBlock {
            param($manifest, $uri, $json)
            Import-Module $manifest
            $null = Connect-ComfyUI $uri
            Invoke-ComfyUIWorkflow $json -NoDownload
        } -ArgumentList $ModuleManifest, $server.Uri, (ConvertTo-Json (New-ImageWorkflow) -Depth 9)
        $job = $background | Receive-Job -Wait -AutoRemoveJob
        $job.Status | Should -Be Completed
        $job.Id | Should -Match '^[0-9a-f-]{36}$'
        # Deserialised, and still good for its id.
        (Get-ComfyUIJob -Id $job.Id).Status | Should -Be Completed
        ($job | Select-Object -Property Id | Get-ComfyUIJob).Status | Should -Be Completed
    }

    It 'runs in Start-ThreadJob with a session from here' {
        if (-not (Get-Command Start-ThreadJob -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'Start-ThreadJob is not installed'
            return
        }

        $jobs = 1..2 | ForEach-Object {
            Start-ThreadJob -ScriptBlock {
                param($manifest, $session, $workflow)
                Import-Module $manifest
                Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload
            } -ArgumentList $ModuleManifest, $session, (New-ImageWorkflow)
        }
        $results = $jobs | Receive-Job -Wait -AutoRemoveJob
        $results.Status | Should -Be Completed, Completed
        $session.IsClosed | Should -BeFalse
    }

    It 'runs under a prompt that redirects everything to a file' {
        $log = Join-Path $TestDrive 'all.log'
        & $pwsh -NoProfile -NonInteractive -Command "
            Import-Module '$ModuleManifest'; `$null = Connect-ComfyUI '$($server.Uri)'
            Get-ComfyUIStatus; Get-ComfyUISession; Get-ComfyUIJob -First 1; Get-ComfyUIJob nope" *> $log
        $text = Get-Content -Raw $log
        $text | Should -BeLike '*0.3.64*'
        $text | Should -BeLike '*The server lists no job nope*'
    }

    It 'gives an exit code to a script that fails' {
        $null = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModuleManifest'; Connect-ComfyUI http://127.0.0.1:9" 2>&1
        $LASTEXITCODE | Should -Be 1
        $null = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModuleManifest'; `$null = Connect-ComfyUI '$($server.Uri)'; Get-ComfyUIStatus | Out-Null"
        $LASTEXITCODE | Should -Be 0
    }
}

Describe 'Completion' {
    BeforeAll {
        function Get-Completion([string] $Text) { (TabExpansion2 -inputScript $Text -cursorColumn $Text.Length).CompletionMatches | ForEach-Object CompletionText }
        $null = Connect-ComfyUI $server.Uri -Name studio
        $null = Connect-ComfyUI $server.Uri -Name "o'brien's box"
        $null = Connect-ComfyUI $server.Uri -Name stage
        $null = Invoke-ServerControl $server requests DELETE
    }

    AfterAll { 'studio', 'stage', "o'brien's box" | Disconnect-ComfyUI }

    It 'offers session names' {
        Get-Completion 'Get-ComfyUIStatus -Session st' | Should -Be stage, studio
        Get-Completion 'Disconnect-ComfyUI s' | Should -Be stage, studio, "'o''brien''s box'"
        Get-Completion 'Get-ComfyUISession stu' | Should -Be studio
    }

    It 'quotes what needs it' {
        Get-Completion 'Get-ComfyUIStatus -Session o' | Select-Object -First 1 | Should -Be "'o''brien''s box'"
        (Get-ComfyUISession 'o''brien''s box').Name | Should -Be "o'brien's box"
    }

    It 'offers nothing, and no error, when nothing fits' {
        # The file names that PowerShell falls back to are not ours.
        @(Get-Completion 'Get-ComfyUIStatus -Session zzz') | Where-Object { $_ -in 'stage', 'studio' } | Should -BeNullOrEmpty
    }

    It 'asks the server nothing for that' {
        Get-ServerRequest $server | Should -BeNullOrEmpty
    }

    It 'offers the values of enumerations' {
        Get-Completion 'Get-ComfyUIJob -Status Pen' | Should -Be Pending
        Get-Completion 'Invoke-ComfyUIRequest /x -Method Po' | Should -Be Post
    }
}

Describe 'What is shown' {
    It 'a job as one line of a table, with its files' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow shown) -OutputPath (Join-Path $TestDrive shown)
        $text = $job | Out-String -Width 160
        $text | Should -Match 'Id\s+Status\s+When\s+Duration\s+Outputs'
        $text | Should -BeLike "*$($job.Id.Substring(0, 8))*Completed*shown_00001_.png*"
        ($job | Format-List | Out-String) | Should -BeLike '*SubmittedAt*'
        (Get-ComfyUISession | Out-String) | Should -BeLike '*Authentication*None*Open*'
        ($job.Outputs | Out-String) | Should -Match 'Node\s+Kind\s+Type\s+Media\s+Output'
        (Get-ComfyUIStatus | Out-String -Width 160) | Should -BeLike '*Queue*0 running, 0 waiting*'
    }
}
