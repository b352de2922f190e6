BeforeAll { . $PSScriptRoot/Common.ps1 }

Describe 'Each piped workflow ends in a job or an error' {
    BeforeAll {
        $server = Start-TestServer
        $session = Connect-ComfyUI $server.Uri
    }

    AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

    It 'before it is handed in, when its files can go nowhere' {
        $failure = Get-Failure { New-ImageWorkflow | Invoke-ComfyUIWorkflow -OutputPath "no`0folder" }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotFileSystemPath,*'
        Get-ServerRequest $server POST '*/prompt' | Should -BeNullOrEmpty
    }

    It 'with an exception that nobody thought of' {
        # A session that was broken on purpose: the end of a run can no longer be told.
        $broken = Connect-ComfyUI $server.Uri -Name broken
        [ComfyUI.Client.JobOperations].GetField('_reader', [System.Reflection.BindingFlags] 'Instance, NonPublic').SetValue($broken.Jobs, $null)
        $workflows = 1..5 | ForEach-Object { New-ImageWorkflow }
        $jobs = @($workflows | Invoke-ComfyUIWorkflow -Session $broken -NoDownload -ErrorAction SilentlyContinue -ErrorVariable failures)
        $jobs | Should -BeNullOrEmpty
        $failures.FullyQualifiedErrorId | Should -Be (@('UnexpectedError,ComfyUI.PowerShell.Commands.InvokeComfyUIWorkflowCommand') * 5)
        @($failures.TargetObject.'1'.inputs.color | Sort-Object) | Should -Be @($workflows.'1'.inputs.color | Sort-Object)
    }
}

Describe 'Many jobs over one session, from 16 runspaces, through a proxy that breaks things' {
    # The first jobs of a process make it load what it needs, and these are few: the full form's bound is narrower.
    BeforeAll { $result = & $PSScriptRoot/../Soak/soak.ps1 -Jobs 96 -Runspaces 16 -Parts 2 -Seed 5 -Rate 0.05 -MostGrowthMB 16 }

    It 'accounts for each job once' {
        $result.Jobs | Should -Be 96
        $result.Wrong | Should -BeNullOrEmpty
        $result.Doubled | Should -Be 0
    }

    It 'holds no more memory and handles at the end than at half-time' {
        # A connection that is being opened or closed at that moment is none that was lost.
        $result.MoreHandles | Should -BeLessOrEqual 40
        $result.GrowthMB | Should -BeLessOrEqual 16
        $result.IsRight | Should -BeTrue
    }
}
