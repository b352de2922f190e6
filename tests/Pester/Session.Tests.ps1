BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $basic = Start-TestServer -Arguments '--username', 'ada', '--password', 'correct horse'
    $bearer = Start-TestServer -Arguments '--bearer-token', 'tok-123'
}

AfterAll { $server, $basic, $bearer | ForEach-Object { Stop-TestServer $_ } }

Describe 'Connect-ComfyUI' {
    AfterEach { Disconnect-ComfyUI -All }

    It 'returns a session and makes it the default' {
        $session = Connect-ComfyUI $server.Uri
        $session | Should -BeOfType ComfyUI.Client.ComfyUISession
        $session.BaseUri | Should -Be $server.Uri
        $session.ServerVersion | Should -Be '0.3.64'
        $session.Authentication | Should -Be 'None'
        Get-ComfyUISession -Default | Should -Be $session
        (Get-ComfyUIStatus).Version | Should -Be '0.3.64'
    }

    It 'takes an address without a scheme' {
        (Connect-ComfyUI ($server.Uri -replace '^http://')).BaseUri | Should -Be $server.Uri
    }

    It 'refuses an address that is none, without repeating it' {
        $failure = Get-Failure { Connect-ComfyUI 'ftp://hunter2@nowhere' }
        $failure.Exception.Message | Should -BeLike '*http or https*'
        "$failure" | Should -Not -BeLike '*hunter2*'
    }

    It 'keeps several sessions side by side' {
        $one = Connect-ComfyUI $server.Uri -Name one
        $two = Connect-ComfyUI $basic.Uri -Name two -Credential (New-TestCredential ada 'correct horse')
        (Get-ComfyUISession).Name | Should -Be one, two
        (Get-ComfyUISession -Default).Name | Should -Be two
        (Get-ComfyUISession o*).Name | Should -Be one
        (Get-ComfyUIStatus -Session one).Uri | Should -Be $one.BaseUri
        (Get-ComfyUIStatus -Session $two).Uri | Should -Be $two.BaseUri
        (Get-ComfyUIStatus -Session TWO).Uri | Should -Be $two.BaseUri
    }

    It 'names the sessions there are when the name given is none' {
        (Get-Failure { Get-ComfyUIStatus -Session nope }).Exception.Message | Should -BeLike "*no session named 'nope'*"
        (Get-Failure { Get-ComfyUISession nope }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        Get-ComfyUISession 'nope*' | Should -BeNullOrEmpty
    }

    It 'replaces a session of the same name and closes it' {
        $first = Connect-ComfyUI $server.Uri
        $second = Connect-ComfyUI $server.Uri
        $first.IsClosed | Should -BeTrue
        $second.IsClosed | Should -BeFalse
        @(Get-ComfyUISession).Count | Should -Be 1
    }

    It 'leaves the default session alone when connecting fails' {
        $good = Connect-ComfyUI $server.Uri
        $null = Get-Failure { Connect-ComfyUI $basic.Uri }
        Get-ComfyUISession -Default | Should -Be $good
    }

    It 'asks nothing with -SkipCheck' {
        $null = Invoke-ServerControl $server requests DELETE
        (Connect-ComfyUI $server.Uri -SkipCheck).ServerVersion | Should -BeNullOrEmpty
        Get-ServerRequest $server | Should -BeNullOrEmpty
        (Connect-ComfyUI http://127.0.0.1:9 -SkipCheck).IsClosed | Should -BeFalse
    }

    It 'takes its address from the pipeline by property name' {
        $session = [pscustomobject]@{ Uri = $server.Uri; Other = 1 } | Connect-ComfyUI
        $session.BaseUri | Should -Be $server.Uri
    }

    It 'keeps the path prefix of a reverse proxy' {
        $prefixed = Start-TestServer -Arguments '--path-prefix', '/tools/comfy'
        try {
            $session = Connect-ComfyUI $prefixed.Uri.TrimEnd('/')
            $session.BaseUri | Should -BeLike '*/tools/comfy/'
            (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath TestDrive:/prefix).Files.Count | Should -Be 1
            Disconnect-ComfyUI
        }
        finally { Stop-TestServer $prefixed }
    }

    It 'sends the headers of -Header with every request and the WebSocket' {
        $null = Connect-ComfyUI $server.Uri -Header @{ 'X-Team' = 'blue'; 'X-Number' = 7 }
        $null = Invoke-ServerControl $server requests DELETE
        $null = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        $requests = @(Get-ServerRequest $server)
        $requests.Count | Should -BeGreaterThan 2
        $requests.path | Should -Contain (@($requests.path) -like '*/ws*')[0]
        foreach ($request in $requests) {
            $request.headers.'X-Team' | Should -Be blue
            $request.headers.'X-Number' | Should -Be 7
        }
    }

    It 'says that there is no session before there is one' {
        $failure = Get-Failure { Get-ComfyUIStatus }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIConnectionException
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-ComfyUI*'
    }
}

Describe 'Who we are' {
    AfterEach { Disconnect-ComfyUI -All; Remove-Item Env:COMFYUI_BASE_URL, Env:COMFYUI_USERNAME, Env:COMFYUI_PASSWORD, Env:COMFYUI_TOKEN -ErrorAction Ignore }

    It 'sends user and password' {
        (Connect-ComfyUI $basic.Uri -Credential (New-TestCredential ada 'correct horse')).Authentication | Should -Be 'Basic (ada)'
        (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath TestDrive:/basic).Files.Count | Should -Be 1
    }

    It 'sends a token' {
        (Connect-ComfyUI $bearer.Uri -Token (ConvertTo-Secret tok-123)).Authentication | Should -Be 'Bearer'
        (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath TestDrive:/bearer).Files.Count | Should -Be 1
    }

    It 'sends an Authorization header of the user''s own' {
        (Connect-ComfyUI $bearer.Uri -Header @{ Authorization = 'Bearer tok-123' }).ServerVersion | Should -Be '0.3.64'
    }

    It 'takes user and password from the address' {
        $session = Connect-ComfyUI ($basic.Uri -replace '//', '//ada:correct%20horse@')
        $session.Authentication | Should -Be 'Basic (ada)'
        "$($session.BaseUri)" | Should -Not -BeLike '*horse*'
    }

    It 'fails with its own error for a wrong password' {
        $failure = Get-Failure { Connect-ComfyUI $basic.Uri -Credential (New-TestCredential ada wrong) }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIAuthenticationException
        $failure.FullyQualifiedErrorId | Should -Be 'AuthenticationFailed,ComfyUI.PowerShell.Commands.ConnectComfyUICommand'
        $failure.CategoryInfo.Category | Should -Be AuthenticationError
        Get-ComfyUISession | Should -BeNullOrEmpty
    }

    It 'refuses a user name with a colon as wrong, not as a defect' {
        $failure = Get-Failure { Connect-ComfyUI $basic.Uri -Credential (New-TestCredential 'a:b' secret) }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIException
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidConfiguration,*'
    }

    It 'will not have a credential and a token at once' {
        $failure = Get-Failure { Connect-ComfyUI $basic.Uri -Credential (New-TestCredential a b) -Token (ConvertTo-Secret c) }
        $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
    }

    It 'takes address, user and password from the environment' {
        $env:COMFYUI_BASE_URL = $basic.Uri
        $env:COMFYUI_USERNAME = 'ada'
        $env:COMFYUI_PASSWORD = 'correct horse'
        $session = Connect-ComfyUI
        $session.BaseUri | Should -Be $basic.Uri
        $session.Authentication | Should -Be 'Basic (ada)'
    }

    It 'takes a token from the environment' {
        $env:COMFYUI_BASE_URL = $bearer.Uri
        $env:COMFYUI_TOKEN = 'tok-123'
        (Connect-ComfyUI).Authentication | Should -Be 'Bearer'
    }

    It 'prefers parameters to the environment, and the environment to the file' {
        Set-Content TestDrive:/.env "COMFYUI_BASE_URL=http://127.0.0.1:9`nCOMFYUI_USERNAME=file`nCOMFYUI_PASSWORD=file"
        $env:COMFYUI_BASE_URL = $basic.Uri
        $env:COMFYUI_USERNAME = 'ada'
        $env:COMFYUI_PASSWORD = 'correct horse'
        (Connect-ComfyUI -EnvFile TestDrive:/.env).Authentication | Should -Be 'Basic (ada)'
        (Connect-ComfyUI $bearer.Uri -EnvFile TestDrive:/.env -Token (ConvertTo-Secret tok-123)).BaseUri | Should -Be $bearer.Uri
    }

    It 'reads a .env file as editors write them' {
        $text = "`u{FEFF}# ours`r`nexport COMFYUI_BASE_URL=`"$($basic.Uri)`"`r`nCOMFYUI_USERNAME = ada # who`r`nCOMFYUI_PASSWORD='correct horse'`r`n"
        [System.IO.File]::WriteAllText((Join-Path $TestDrive 'odd.env'), $text)
        Push-Location TestDrive:/
        try { (Connect-ComfyUI -EnvFile ./odd.env).Authentication | Should -Be 'Basic (ada)' }
        finally { Pop-Location }
    }

    It 'reads no .env file that was not named' {
        Set-Content TestDrive:/.env 'COMFYUI_BASE_URL=http://127.0.0.1:9'
        Push-Location TestDrive:/
        try { (Connect-ComfyUI $server.Uri).BaseUri | Should -Be $server.Uri }
        finally { Pop-Location }
    }

    It 'says which .env file is wrong, and where' {
        Set-Content TestDrive:/bad.env "COMFYUI_USERNAME=a`nhunter2"
        $failure = Get-Failure { Connect-ComfyUI -EnvFile TestDrive:/bad.env }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidConfiguration,*'
        "$failure" | Should -BeLike '*line 2*'
        "$failure" | Should -Not -BeLike '*hunter2*'
    }

    It 'warns of <Present> without <Missing> and goes on without authentication' -TestCases @(
        @{ Present = 'COMFYUI_USERNAME'; Missing = 'COMFYUI_PASSWORD' }
        @{ Present = 'COMFYUI_PASSWORD'; Missing = 'COMFYUI_USERNAME' }
    ) {
        Set-Item "Env:$Present" hunter2
        $session = Connect-ComfyUI $server.Uri -WarningVariable warnings -WarningAction SilentlyContinue
        $session.Authentication | Should -Be 'None'
        "$warnings" | Should -BeLike "*$Present*$Missing*"
        "$warnings" | Should -Not -BeLike '*hunter2*'
    }

    It 'warns of a credential without a password' {
        $empty = [pscredential]::new('ada', [securestring]::new())
        $session = Connect-ComfyUI $server.Uri -Credential $empty -WarningVariable warnings -WarningAction SilentlyContinue
        $session.Authentication | Should -Be 'None'
        "$warnings" | Should -BeLike '*no password*'
    }

    It 'keeps credentials of the environment from any other server' {
        $env:COMFYUI_BASE_URL = $basic.Uri
        $env:COMFYUI_USERNAME = 'ada'
        $env:COMFYUI_PASSWORD = 'correct horse'
        $null = Invoke-ServerControl $server requests DELETE
        $session = Connect-ComfyUI $server.Uri -WarningVariable warnings -WarningAction SilentlyContinue
        $session.Authentication | Should -Be 'None'
        "$warnings" | Should -BeLike '*not sent to*'
        @(Get-ServerRequest $server)[0].headers.PSObject.Properties.Name | Should -Not -Contain Authorization
    }

    It 'refuses to send credentials over http to another machine' {
        # Nobody listens there; nothing is asked.
        $failure = Get-Failure { Connect-ComfyUI http://203.0.113.1:8188 -Credential (New-TestCredential a b) }
        $failure.FullyQualifiedErrorId | Should -BeLike 'UnencryptedAuthentication,*'
        $failure.CategoryInfo.Category | Should -Be SecurityError
        (Get-Failure { Connect-ComfyUI http://203.0.113.1:8188 -Token (ConvertTo-Secret a) }).FullyQualifiedErrorId | Should -BeLike 'UnencryptedAuthentication,*'
        Connect-ComfyUI http://203.0.113.1:8188 -Token (ConvertTo-Secret a) -AllowUnencryptedAuthentication -SkipCheck | Should -Not -BeNullOrEmpty
        Connect-ComfyUI https://203.0.113.1:8188 -Token (ConvertTo-Secret a) -SkipCheck | Should -Not -BeNullOrEmpty
    }

    It 'keeps the cookie that a load balancer gives, also for the WebSocket' {
        $pinned = Start-TestServer -Arguments '--session-cookie', 'lb'
        try {
            $null = Connect-ComfyUI $pinned.Uri
            Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload -WarningVariable warnings | ForEach-Object Status | Should -Be Completed
            $warnings | Should -BeNullOrEmpty
        }
        finally { Disconnect-ComfyUI; Stop-TestServer $pinned }
    }
}

Describe 'TLS' {
    BeforeAll { $tls = Start-TestServer -Arguments '--https' }
    AfterAll { Stop-TestServer $tls }
    AfterEach { Disconnect-ComfyUI -All }

    It 'refuses a certificate that nobody vouches for' {
        $failure = Get-Failure { Connect-ComfyUI $tls.Uri }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CertificateRejected,*'
        $failure.CategoryInfo.Category | Should -Be SecurityError
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-SkipCertificateCheck*'
    }

    It 'accepts it with -SkipCertificateCheck, for the WebSocket as well' {
        $null = Connect-ComfyUI $tls.Uri -SkipCertificateCheck
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath TestDrive:/tls -WarningVariable warnings
        $job.Files.Count | Should -Be 1
        $warnings | Should -BeNullOrEmpty
        Get-ServerRequest $tls GET '*/ws*' | Should -Not -BeNullOrEmpty
    }

    It 'shows a client certificate' {
        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=client', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([datetimeoffset]::Now.AddHours(-1), [datetimeoffset]::Now.AddDays(1))
        $strict = Start-TestServer -Arguments '--https', '--require-client-certificate' -Certificate $certificate
        try {
            $failure = Get-Failure { Connect-ComfyUI $strict.Uri -SkipCertificateCheck }
            $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIConnectionException
            $session = Connect-ComfyUI $strict.Uri -SkipCertificateCheck -Certificate $certificate
            $session.Authentication | Should -Be 'Client certificate'
            (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload).Status | Should -Be Completed
        }
        finally { Disconnect-ComfyUI -All; Stop-TestServer $strict }
    }
}

Describe 'An application gateway' {
    BeforeAll { $gateway = Start-TestServer -Arguments '--gateway' }
    AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $gateway }

    It 'is checked and asked by its status endpoint' {
        $null = Connect-ComfyUI $gateway.Uri -StatusEndpoint /status -WorkflowEndpoint /api/workflow
        $status = Get-ComfyUIStatus
        $status.service | Should -Be 'workflow gateway'
        $status.queue | Should -Be 0
        Get-ComfyUIStatus -Quiet | Should -BeTrue
        Get-ServerRequest $gateway GET '/system_stats*' | Should -BeNullOrEmpty
    }

    It 'gets the workflow as given, once, and nothing else' {
        $null = Invoke-ServerControl $gateway requests DELETE
        $workflow = New-ImageWorkflow
        $answer = Invoke-ComfyUIWorkflow $workflow
        $answer.accepted | Should -BeTrue
        $answer.received | Should -Be 2
        $requests = @(Get-ServerRequest $gateway)
        $requests.Count | Should -Be 1
        "$($requests[0].method) $($requests[0].path)" | Should -Be 'POST /api/workflow'
        ConvertTo-Json -Depth 9 -Compress -InputObject (ConvertFrom-Json $requests[0].body) | Should -Be (ConvertTo-Json -Depth 9 -Compress -InputObject $workflow)
    }

    It 'is not asked again when it fails' {
        $null = Invoke-ServerControl $gateway requests DELETE
        Add-ServerFault $gateway @{ method = 'POST'; path = 'workflow'; status = 503 }
        $failure = Get-Failure { Invoke-ComfyUIWorkflow (New-ImageWorkflow) -ErrorAction Stop }
        $failure.Exception | Should -BeOfType ComfyUI.Client.ComfyUIServerException
        @(Get-ServerRequest $gateway POST).Count | Should -Be 1
    }
}

Describe '-LogPath' {
    AfterEach { Disconnect-ComfyUI -All; Reset-TestServer $server }

    It 'appends a line for each request, retry and error, without credentials' {
        $log = Join-Path $TestDrive 'run.log'
        Set-Content $log 'a line from before'
        $secret = 'canary-7f3a'
        $null = Connect-ComfyUI $server.Uri -LogPath $log -Token (ConvertTo-Secret $secret) -Header @{ 'X-Api-Key' = "$secret-h" }
        Add-ServerFault $server @{ path = 'system_stats'; status = 503; times = 1 }
        $null = Get-ComfyUIStatus
        $null = Get-Failure { Invoke-ComfyUIRequest '/nope?token=canary-7f3a-q' }
        $lines = @(Get-Content $log)
        $lines[0] | Should -Be 'a line from before'
        $lines -match ' OK \[' | Should -Not -BeNullOrEmpty
        $lines -match ' RETRY \[.*503' | Should -Not -BeNullOrEmpty
        $lines -match ' ERROR \[.*404' | Should -Not -BeNullOrEmpty
        $lines -match $secret | Should -BeNullOrEmpty
        $lines[1..($lines.Count - 1)] | ForEach-Object { $_ | Should -Match '^\d{4}-\d\d-\d\dT[\d:.]+Z [A-Z]+ \[' }
    }

    It 'fails at once when the log cannot be written' {
        (Get-Failure { Connect-ComfyUI $server.Uri -LogPath TestDrive:/no/such/folder/x.log }).FullyQualifiedErrorId | Should -BeLike 'FileNotWritten,*'
    }

    It 'understands a relative path as PowerShell does' {
        Push-Location TestDrive:/
        try { $null = Connect-ComfyUI $server.Uri -LogPath ./relative.log }
        finally { Pop-Location }
        Get-Content TestDrive:/relative.log | Should -Not -BeNullOrEmpty
    }
}

Describe 'Disconnect-ComfyUI' {
    AfterEach { Disconnect-ComfyUI -All }

    It 'closes the default session, which is no default then' {
        $session = Connect-ComfyUI $server.Uri
        Disconnect-ComfyUI
        $session.IsClosed | Should -BeTrue
        (Get-Failure { Get-ComfyUIStatus -Session $session }).FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
        (Get-Failure { Disconnect-ComfyUI }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
    }

    It 'closes sessions by name, by object and from the pipeline' {
        $a, $b, $c = 'a', 'b', 'c' | ForEach-Object { Connect-ComfyUI $server.Uri -Name $_ }
        Disconnect-ComfyUI a
        $b | Disconnect-ComfyUI
        Disconnect-ComfyUI -Session $c
        $a.IsClosed, $b.IsClosed, $c.IsClosed | Should -Be $true, $true, $true
    }

    It 'makes the only one left the default, but never chooses among several' {
        $a, $b, $c = 'a', 'b', 'c' | ForEach-Object { Connect-ComfyUI $server.Uri -Name $_ }
        Disconnect-ComfyUI
        $c.IsClosed | Should -BeTrue
        Get-ComfyUISession -Default | Should -BeNullOrEmpty
        Disconnect-ComfyUI a
        Get-ComfyUISession -Default | Should -Be $b
        $a.IsClosed | Should -BeTrue
    }

    It 'closes nothing with -WhatIf' {
        $session = Connect-ComfyUI $server.Uri
        Disconnect-ComfyUI -WhatIf
        $session.IsClosed | Should -BeFalse
    }

    It 'closes the WebSocket' {
        $null = Connect-ComfyUI $server.Uri
        $null = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        (Get-ServerState $server).open_sockets | Should -Be 1
        Disconnect-ComfyUI
        Wait-Until { (Get-ServerState $server).open_sockets -eq 0 } 'the socket is closed'
    }
}

Describe 'The module''s life' {
    It 'closes the sessions of a runspace when it is removed there, and no other''s' {
        $mine = Connect-ComfyUI $server.Uri
        $result = Invoke-InShell {
            param($uri, $manifest)
            $session = Connect-ComfyUI $uri -Name removed
            $null = Invoke-ComfyUIRequest /queue
            Remove-Module ComfyUI
            $session.IsClosed
            Import-Module $manifest
            @(Get-ComfyUISession).Count
        } $server.Uri, $ModuleManifest
        $result.Failure | Should -BeNullOrEmpty
        $result.Output | Should -Be $true, 0
        $mine.IsClosed | Should -BeFalse
        Disconnect-ComfyUI
    }

    It 'keeps its sessions and its cmdlets when it is imported again by force' {
        $result = Invoke-InShell {
            param($uri, $manifest)
            $session = Connect-ComfyUI $uri
            Import-Module $manifest -Force
            $session.IsClosed
            (Get-ComfyUIStatus).Version
            @(Get-Command -Module ComfyUI).Count -eq (Import-PowerShellDataFile $manifest).CmdletsToExport.Count
            Disconnect-ComfyUI
        } $server.Uri, $ModuleManifest
        $result.Failure | Should -BeNullOrEmpty
        $result.Error | Should -BeNullOrEmpty
        $result.Output | Should -Be $false, '0.3.64', $true
    }

    It 'gives each runspace a default session of its own' {
        $null = Connect-ComfyUI $server.Uri
        try {
            $result = Invoke-InShell { (Get-ComfyUISession | Measure-Object).Count; try { Get-ComfyUIStatus } catch { $_.FullyQualifiedErrorId } }
            $result.Output[0] | Should -Be 0
            $result.Output[1] | Should -BeLike 'NotConnected,*'
        }
        finally { Disconnect-ComfyUI }
    }

    It 'shares a session with ForEach-Object -Parallel' {
        $session = Connect-ComfyUI $server.Uri
        try {
            $null = Invoke-ServerControl $server requests DELETE
            $workflow = New-ImageWorkflow
            $jobs = 1..6 | ForEach-Object -ThrottleLimit 3 -Parallel {
                Import-Module $using:ModuleManifest
                $workflow = $using:workflow
                $color = 5000 + $_
                Invoke-ComfyUIWorkflow $workflow -Parameter @{ 'Canvas.color' = $color } -Session $using:session -NoDownload
            }
            $jobs.Count | Should -Be 6
            $jobs.Status | Select-Object -Unique | Should -Be Completed
            @($jobs.Id | Select-Object -Unique).Count | Should -Be 6
            @(Get-ServerRequest $server GET '*/ws*').Count | Should -Be 1 -Because 'one session has one socket'
            $session.IsClosed | Should -BeFalse -Because 'it belongs to this runspace'
        }
        finally { Disconnect-ComfyUI -All }
    }

    It 'exports what the manifest says, each with syntax, in a strict shell' {
        $result = Invoke-InShell {
            Set-StrictMode -Version Latest
            Get-Command -Module ComfyUI | ForEach-Object { Get-Command $_.Name -Syntax }
        }
        $result.Error | Should -BeNullOrEmpty
        $result.Output.Count | Should -Be (Import-PowerShellDataFile $ModuleManifest).CmdletsToExport.Count
        (Test-ModuleManifest $ModuleManifest).Version | Should -Be (Import-PowerShellDataFile $ModuleManifest).ModuleVersion
    }

    It 'loads no assembly from outside its own folder and PowerShell''s' {
        $result = & ($env:COMFYUI_TEST_PWSH ?? (Get-Process -Id $PID).Path) -NoProfile -NonInteractive -Command "
            Import-Module '$ModuleManifest'
            `$null = Connect-ComfyUI -SkipCheck
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.Location -like '$RepositoryRoot*' } | ForEach-Object { `$_.GetName().Name }"
        $result | Sort-Object | Should -Be ComfyUI.Client, ComfyUI.PowerShell
    }
}
