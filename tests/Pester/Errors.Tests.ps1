BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
    $picture = (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName

    # Everything that an error record shows.
    function Assert-GoodError {
        param($Failure, [type] $Type, [string] $Id, [string] $Category)

        $Failure.Exception | Should -BeOfType $Type
        $Failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIException
        $Failure.Exception.ErrorId | Should -Be $Id
        $Failure.FullyQualifiedErrorId | Should -BeLike "$Id,ComfyUI.PowerShell.Commands.*Command"
        $Failure.CategoryInfo.Category | Should -Be $Category
        $Failure.CategoryInfo.Category | Should -Not -Be NotSpecified
        $Failure.TargetObject | Should -Not -BeNullOrEmpty
        $Failure.ErrorDetails.Message | Should -Not -BeNullOrEmpty
        $Failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $Failure.Exception.RecommendedAction | Should -Be $Failure.ErrorDetails.RecommendedAction
    }
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Kinds of errors' {
    AfterEach { Reset-TestServer $server }

    It 'connection: nobody listens' {
        $failure = try { Connect-ComfyUI http://127.0.0.1:9 } catch [ComfyUI.Client.ComfyUIConnectionException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIConnectionException ConnectionFailed ConnectionError
        $failure.TargetObject | Should -Be 'http://127.0.0.1:9/'
    }

    It 'connection: no such host' {
        $failure = Get-Failure { Connect-ComfyUI http://comfy.invalid }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIConnectionException ConnectionFailed ConnectionError
    }

    It 'connection: broken off' {
        Add-ServerFault $server @{ method = 'POST'; path = '/free'; action = 'drop' }
        $failure = try { Invoke-ComfyUIRequest /free Post -Body @{} } catch [ComfyUI.Client.ComfyUIConnectionException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIConnectionException ConnectionLost ConnectionError
    }

    It 'connection: led to another origin' {
        Add-ServerFault $server @{ path = '/features'; status = 302; headers = @{ Location = 'http://203.0.113.1/' } }
        $failure = Get-Failure { Invoke-ComfyUIRequest /features }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIConnectionException RedirectRefused ConnectionError
    }

    It 'authentication (401)' {
        Add-ServerFault $server @{ path = '/'; status = 401; body = 'who are you'; headers = @{ 'WWW-Authenticate' = 'Basic realm="x"' } }
        $failure = try { Get-ComfyUIStatus } catch [ComfyUI.Client.ComfyUIAuthenticationException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIAuthenticationException AuthenticationFailed AuthenticationError
        $failure.ErrorDetails.Message | Should -BeLike '*who are you*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Basic*'
        $failure.TargetObject | Should -Be $session
        $failure.Exception.StatusCode | Should -Be 401
    }

    It 'authentication ends a batch at once' {
        Add-ServerFault $server @{ method = 'POST'; path = '/prompt'; status = 401 }
        $failure = Get-Failure { 1..5 | ForEach-Object { New-ImageWorkflow } | Invoke-ComfyUIWorkflow -NoDownload -ThrottleLimit 1 }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIAuthenticationException AuthenticationFailed AuthenticationError
        @(Get-ServerRequest $server POST '*/prompt').Count | Should -BeLessThan 3
    }

    It 'forbidden (403)' {
        Add-ServerFault $server @{ path = '/upload'; status = 403; body = '{"error": "read only"}'; content_type = 'application/json' }
        $failure = try { Send-ComfyUIFile $picture -ErrorAction Stop } catch [ComfyUI.Client.ComfyUIForbiddenException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIForbiddenException Forbidden PermissionDenied
        $failure.ErrorDetails.Message | Should -BeLike '*read only*'
        $failure.TargetObject | Should -Be $picture
    }

    It 'not found (404)' {
        $failure = try { Invoke-ComfyUIRequest /nowhere } catch [ComfyUI.Client.ComfyUINotFoundException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUINotFoundException NotFound ObjectNotFound
    }

    It 'not found: a job' {
        $failure = try { Get-ComfyUIJob nope -ErrorAction Stop } catch [ComfyUI.Client.ComfyUINotFoundException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUINotFoundException JobNotFound ObjectNotFound
    }

    It 'validation: per node, with the server''s words' {
        $workflow = New-ImageWorkflow
        $workflow['1'].inputs.width = -5
        $workflow['1'].inputs.Remove('height')
        $failure = try { Invoke-ComfyUIWorkflow $workflow -NoDownload -ErrorAction Stop } catch [ComfyUI.Client.ComfyUIValidationException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIValidationException PromptRejected InvalidData
        $errors = $failure.Exception.NodeErrors
        $errors.Count | Should -Be 2
        $errors.Type | Sort-Object | Should -Be required_input_missing, value_smaller_than_min
        $errors.InputName | Sort-Object | Should -Be height, width
        $errors.NodeId | Select-Object -Unique | Should -Be 1
        ($errors | Where-Object InputName -EQ width).Details | Should -Not -BeNullOrEmpty
        ($errors | Where-Object InputName -EQ width).ReceivedValue | Should -Be '-5'
        $failure.Exception.ServerErrorType | Should -Be prompt_outputs_failed_validation
    }

    It 'validation: an unknown class' {
        $workflow = New-ImageWorkflow
        $workflow['2'].class_type = 'NoSuchNode'
        $failure = Get-Failure { Submit-ComfyUIWorkflow $workflow -ErrorAction Stop }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIValidationException PromptRejected InvalidData
        $failure.ErrorDetails.Message | Should -BeLike '*NoSuchNode*'
    }

    It 'execution: node, type and traceback' {
        $failure = try { $null = Invoke-ComfyUIWorkflow (New-FailingWorkflow 'no luck today') -NoDownload -ErrorAction Stop }
        catch [ComfyUI.Client.ComfyUIExecutionException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIExecutionException ExecutionFailed InvalidOperation
        $failure.Exception.NodeId | Should -Be 3
        $failure.Exception.NodeType | Should -Be RaiseError
        $failure.Exception.ExceptionType | Should -BeLike '*ValueError'
        $failure.ErrorDetails.Message | Should -BeLike '*no luck today*'
        $failure.Exception.Traceback.Count | Should -BeGreaterThan 0
        $failure.TargetObject | Should -BeOfType ComfyUI.Client.ComfyUIJob
        $failure.Exception.PromptId | Should -Be $failure.TargetObject.Id
    }

    It 'interrupted' {
        $job = Submit-ComfyUIWorkflow (New-SlowWorkflow)
        Wait-Until { @((Get-ServerState $server).running).Count } 'it runs'
        Stop-ComfyUIJob $job
        $failure = try { $null = Wait-ComfyUIJob $job -ErrorAction Stop } catch [ComfyUI.Client.ComfyUIInterruptedException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIInterruptedException JobInterrupted OperationStopped
    }

    It 'timeout: one request' {
        Add-ServerFault $server @{ path = '/features'; action = 'hold' }
        $hasty = Connect-ComfyUI $server.Uri -Name hasty -TimeoutSec 0.3
        try { $failure = try { Invoke-ComfyUIRequest /features Post } catch [ComfyUI.Client.ComfyUITimeoutException] { $_ } }
        finally { Disconnect-ComfyUI $hasty }
        Assert-GoodError $failure ComfyUI.Client.ComfyUITimeoutException RequestTimeout OperationTimeout
    }

    It 'timeout: a run' {
        $failure = try { $null = Invoke-ComfyUIWorkflow (New-SlowWorkflow) -NoDownload -TimeoutSec 0.3 -ErrorAction Stop } catch [ComfyUI.Client.ComfyUITimeoutException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUITimeoutException RunTimeout OperationTimeout
    }

    It 'server (500), at once' {
        Add-ServerFault $server @{ path = '/features'; status = 500; body = 'Server got itself in trouble' }
        $failure = try { Invoke-ComfyUIRequest /features } catch [ComfyUI.Client.ComfyUIServerException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIServerException ServerError ResourceUnavailable
        $failure.ErrorDetails.Message | Should -BeLike '*Server got itself in trouble*'
        @(Get-ServerRequest $server).Count | Should -Be 1
    }

    It 'server (502 of a proxy): tried again, with the title of its page' {
        Add-ServerFault $server @{ path = '/features'; status = 502; times = 1 }
        Invoke-ComfyUIRequest /features | Should -Not -BeNullOrEmpty
        Add-ServerFault $server @{ method = 'POST'; path = '/free'; status = 502; body = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'; content_type = 'text/html' }
        $failure = Get-Failure { Invoke-ComfyUIRequest /free Post -Body @{} }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIServerException ServerError ResourceUnavailable
        $failure.ErrorDetails.Message | Should -BeLike '*502 Bad Gateway*'
        "$failure" | Should -Not -BeLike '*<html>*'
    }

    It 'server (429), with Retry-After heard' {
        Add-ServerFault $server @{ path = '/features'; status = 429; times = 1; headers = @{ 'Retry-After' = '0' } }
        Invoke-ComfyUIRequest /features | Should -Not -BeNullOrEmpty
        Add-ServerFault $server @{ path = '/features'; status = 429; headers = @{ 'Retry-After' = '3600' } }
        Assert-GoodError (Get-Failure { Invoke-ComfyUIRequest /features }) ComfyUI.Client.ComfyUIServerException TooManyRequests ResourceUnavailable
    }

    It 'protocol: no JSON' {
        Add-ServerFault $server @{ path = 'system_stats'; status = 200; body = '<html><title>Please log in</title></html>'; content_type = 'text/html' }
        $failure = try { Connect-ComfyUI $server.Uri -Name login } catch [ComfyUI.Client.ComfyUIProtocolException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIProtocolException InvalidResponse ProtocolError
    }

    It 'protocol: JSON of another shape' {
        Add-ServerFault $server @{ path = '/queue'; status = 200; body = '[1, 2]'; content_type = 'application/json' }
        $failure = try { Get-ComfyUIJob } catch [ComfyUI.Client.ComfyUIProtocolException] { $_ }
        Assert-GoodError $failure ComfyUI.Client.ComfyUIProtocolException InvalidResponse ProtocolError
    }

    It 'too large (413)' {
        Add-ServerFault $server @{ path = '/upload'; status = 413 }
        Assert-GoodError (Get-Failure { Send-ComfyUIFile $picture -ErrorAction Stop }) ComfyUI.Client.ComfyUIException RequestTooLarge LimitsExceeded
    }

    It 'a submission of which nobody knows' {
        # The connection breaks before the server has it, and breaks again for whoever asks.
        Add-ServerFault $server @{ method = 'POST'; path = '/prompt'; status = 500 }
        $failure = Get-Failure { Submit-ComfyUIWorkflow (New-ImageWorkflow) -ErrorAction Stop }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIException
        $failure.FullyQualifiedErrorId | Should -BeLike 'SubmissionUnknown,*'
        $failure.Exception.PromptId | Should -Not -BeNullOrEmpty
        @(Get-ServerRequest $server POST '*/prompt').Count | Should -Be 1 -Because 'a prompt is never sent twice'
    }

    It 'all of them by their base type' {
        $caught = try { Invoke-ComfyUIRequest /nowhere } catch [ComfyUI.Client.ComfyUIException] { $_.Exception.ErrorId }
        $caught | Should -Be NotFound
        $caught = switch ((Get-Failure { Invoke-ComfyUIRequest /nowhere }).FullyQualifiedErrorId.Split(',')[0]) { NotFound { 'by id' } }
        $caught | Should -Be 'by id'
    }

    It 'without control characters that the server sent' {
        Add-ServerFault $server @{ path = '/features'; status = 500; body = "evil`e[2Jtext" }
        $failure = Get-Failure { Invoke-ComfyUIRequest /features }
        "$($failure.ErrorDetails.Message)$($failure.Exception.ServerMessage)" | Should -Not -BeLike "*`e*"
    }
}

Describe 'What may never be seen' {
    BeforeAll {
        $canary = 'canary-9b1d'
        $locked = Start-TestServer -Arguments '--username', 'ada', '--password', "$canary-password"
    }

    AfterAll { Stop-TestServer $locked }

    It 'a credential, in no stream, error, transcript or object: <Kind>' -TestCases @(
        @{ Kind = 'a password'; Connect = { param($uri, $canary) Connect-ComfyUI $uri -Credential ([pscredential]::new('ada', (ConvertTo-SecureString "$canary-password" -AsPlainText -Force))) } }
        @{ Kind = 'a wrong password'; Connect = { param($uri, $canary) Connect-ComfyUI $uri -Credential ([pscredential]::new('ada', (ConvertTo-SecureString "$canary-wrong" -AsPlainText -Force))) } }
        @{ Kind = 'a password in the address'; Connect = { param($uri, $canary) Connect-ComfyUI ($uri -replace '//', "//ada:$canary-password@") } }
        @{ Kind = 'a wrong password in the address'; Connect = { param($uri, $canary) Connect-ComfyUI ($uri -replace '//', "//ada:$canary-wrong@") } }
        @{ Kind = 'a wrong token'; Connect = { param($uri, $canary) Connect-ComfyUI $uri -Token (ConvertTo-SecureString "$canary-token" -AsPlainText -Force) } }
        @{ Kind = 'a wrong header'; Connect = { param($uri, $canary) Connect-ComfyUI $uri -Header @{ Authorization = "Bearer $canary-header"; 'X-Api-Key' = "$canary-key" } } }
        @{ Kind = 'a password of the environment'; Connect = {
                param($uri, $canary)
                $env:COMFYUI_USERNAME = 'ada'; $env:COMFYUI_PASSWORD = "$canary-password"
                try { Connect-ComfyUI $uri } finally { Remove-Item Env:COMFYUI_USERNAME, Env:COMFYUI_PASSWORD }
            }
        }
    ) {
        $transcript = Join-Path $TestDrive "$Kind.txt"
        $result = Invoke-InShell {
            param($connect, $uri, $canary, $transcript, $workflow, $failing)
            $connect = [scriptblock]::Create($connect)
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            $null = Start-Transcript $transcript
            $said = & {
                $session = & $connect $uri $canary
                $session
                $session | Format-List * -Force | Out-String
                $session | ConvertTo-Json -Depth 3 -WarningAction Ignore
                "$session"
                if ($session) {
                    $job = Invoke-ComfyUIWorkflow $workflow -NoDownload
                    $job; $job | Format-List * -Force | Out-String; ConvertTo-Json $job -Depth 4 -WarningAction Ignore; "$job"
                    Invoke-ComfyUIWorkflow $failing -NoDownload | Out-String
                    Get-ComfyUIStatus | ConvertTo-Json -Depth 4 -WarningAction Ignore
                    Invoke-ComfyUIRequest "/nowhere?token=$canary-query"
                }
            } *>&1
            $null = Stop-Transcript
            $said | Out-String -Width 400
            $said | Format-List * -Force | Out-String -Width 400
            # The lines of this script are the test's own; what the module says is not to have it.
            foreach ($record in $Error) {
                $record.Exception | Format-List * -Force | Out-String -Width 400
                $record.Exception.ToString()
                $record.ErrorDetails | Out-String
                $record.CategoryInfo.ToString()
                $record.FullyQualifiedErrorId
                "$($record.TargetObject)"
                for ($inner = $record.Exception; $inner; $inner = $inner.InnerException) { $inner.Message; $inner | Format-List * -Force | Out-String }
            }
        } @($Connect.ToString(), $locked.Uri, $canary, $transcript, (New-ImageWorkflow), (New-FailingWorkflow))
        $all = @($result.Output; $result.Error; $result.Verbose; $result.Debug; $result.Warning; $result.Information; $result.Failure) | Out-String -Width 400
        $all | Should -Match 'Basic \(ada\)|HTTP 401' -Because 'it must have been tried'
        $all | Should -Not -Match $canary
        $encoded = 'password', 'wrong' | ForEach-Object { [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("ada:$canary-$_")) }
        foreach ($text in $encoded) { $all | Should -Not -Match ([regex]::Escape($text)) }
        Get-Content -Raw $transcript | Should -Not -Match $canary
    }
}

Describe '-Verbose' {
    AfterEach { Reset-TestServer $server }

    It 'shows each request with status and time' {
        $result = Invoke-InShell { param($session) Get-ComfyUIStatus -Session $session -Verbose } $session
        $lines = $result.Verbose.Message
        $lines | Where-Object { $_ -match 'GET .*system_stats.* 200 .*\d+ ms' } | Should -Not -BeNullOrEmpty
    }

    It 'shows tries that failed' {
        Add-ServerFault $server @{ path = '/features'; status = 503; times = 1 }
        $result = Invoke-InShell { param($session) Invoke-ComfyUIRequest /features -Session $session -Verbose } $session
        @($result.Verbose.Message -match '503').Count | Should -Be 1
        @($result.Verbose.Message -match '200').Count | Should -Be 1
    }

    It 'says nothing without being asked' {
        $result = Invoke-InShell { param($session, $workflow) Invoke-ComfyUIWorkflow $workflow -Session $session -NoDownload } $session, (New-ImageWorkflow)
        $result.Output.Status | Should -Be Completed
        @($result.Verbose; $result.Debug; $result.Warning; $result.Information) | Should -BeNullOrEmpty
    }
}
