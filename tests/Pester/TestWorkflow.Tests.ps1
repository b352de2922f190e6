BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $catalogue = Join-Path $TestDrive 'nodes.json'
    $null = Connect-ComfyUI $server.Uri
    Invoke-ComfyUIRequest /object_info -OutFile $catalogue
    Disconnect-ComfyUI -All
}

AfterAll { Stop-TestServer $server }

Describe 'Test-ComfyUIWorkflow' {
    AfterEach { Disconnect-ComfyUI -All }

    It 'says nothing of a good workflow' {
        New-ImageWorkflow | Test-ComfyUIWorkflow -NodeInfo $catalogue | Should -BeNullOrEmpty
        New-ImageWorkflow | Test-ComfyUIWorkflow -NodeInfo $catalogue -Quiet | Should -BeTrue
    }

    It 'uses the server when there is one, and runs nothing' {
        $null = Connect-ComfyUI $server.Uri
        Reset-TestServer $server
        $workflow = New-ImageWorkflow
        $workflow['1'].inputs.width = 0
        $problem = $workflow | Test-ComfyUIWorkflow
        $problem | Should -BeOfType ComfyUI.Client.ComfyUIWorkflowProblem
        "$($problem.NodeId) $($problem.Input) $($problem.Type) $($problem.Severity)" | Should -Be '1 width value_smaller_than_min Error'
        @(Get-ServerRequest $server POST '*/prompt').Count | Should -Be 0
    }

    It 'names the nearest class' {
        $workflow = New-ImageWorkflow
        $workflow['1'].class_type = 'EmptyImag'
        $problem = Test-ComfyUIWorkflow $workflow -NodeInfo $catalogue
        $problem.Type | Should -Be 'missing_node_type'
        $problem.Suggestion | Should -BeLike "*'EmptyImage'*"
        Test-ComfyUIWorkflow $workflow -NodeInfo $catalogue -Quiet | Should -BeFalse
        ($problem | Format-Table | Out-String -Width 200) | Should -Match 'Did you mean'
    }

    It 'needs a server or a saved catalogue' {
        (Get-Failure { New-ImageWorkflow | Test-ComfyUIWorkflow }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
    }
}
