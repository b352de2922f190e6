# Known credentials in every form, through every cmdlet and through its failure: they may come out nowhere.

BeforeDiscovery {
    $forms = 'password', 'token', 'header', 'address', 'query', 'environment', 'env file' | ForEach-Object { @{ Form = $_ } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Each has a core that no way of writing it changes; the rest of it is written differently by JSON, HTML, addresses and base64.
    $password = 'c4nary"<pass>&wörd'
    $token = 'c4nary-token+/='
    $key = 'c4nary-key-of-a-paid-service'
    $secrets = @{ password = $password; token = $token; key = $key }
    $server = Start-TestServer -Arguments '--username', 'ada', '--password', $password, '--bearer-token', $token
    $open = Start-TestServer

    # What a server or proxy says that repeats what a session has sent it.
    function Get-Echo {
        param([string] $Form)

        $sent = if ($Form -eq 'password') { @($password, [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("ada:$password"))) } else { $token, $key }
        ($sent | ForEach-Object { $_; [uri]::EscapeDataString($_); [System.Net.WebUtility]::HtmlEncode($_); (ConvertTo-Json $_).Trim('"') }) -join ' '
    }

    # The workflow brings along a key of a paid service, as the browser's own does.
    function New-KeyedWorkflow { param($Workflow, [string] $Path) Save-Workflow @{ prompt = $Workflow; extra_data = @{ api_key_comfy_org = $key } } $Path }

    # How each form connects; run in a shell of its own.
    $connect = @{
        'password'    = { param($uri, $secrets, $log) Connect-ComfyUI $uri -Credential ([pscredential]::new('ada', (ConvertTo-SecureString $secrets.password -AsPlainText -Force))) -LogPath $log }
        'token'       = { param($uri, $secrets, $log) Connect-ComfyUI $uri -Token (ConvertTo-SecureString $secrets.token -AsPlainText -Force) -LogPath $log }
        'header'      = { param($uri, $secrets, $log) Connect-ComfyUI $uri -Header @{ Authorization = "Bearer $($secrets.token)"; 'X-Api-Key' = $secrets.key } -LogPath $log }
        'address'     = { param($uri, $secrets, $log) Connect-ComfyUI ($uri -replace '//', "//ada:$([uri]::EscapeDataString($secrets.password))@") -LogPath $log }
        'query'       = { param($uri, $secrets, $log) Connect-ComfyUI "${uri}?token=$([uri]::EscapeDataString($secrets.key))" -Token (ConvertTo-SecureString $secrets.token -AsPlainText -Force) -LogPath $log }
        'environment' = {
            param($uri, $secrets, $log)
            $env:COMFYUI_BASE_URL = $uri; $env:COMFYUI_USERNAME = 'ada'; $env:COMFYUI_PASSWORD = $secrets.password
            try { Connect-ComfyUI -LogPath $log } finally { Remove-Item Env:COMFYUI_BASE_URL, Env:COMFYUI_USERNAME, Env:COMFYUI_PASSWORD }
        }
        'env file'    = {
            param($uri, $secrets, $log)
            # The test's own file: it is not among those that are searched.
            $file = Join-Path ([System.IO.Path]::GetTempPath()) "$([guid]::NewGuid()).env"
            [System.IO.File]::WriteAllText($file, "COMFYUI_BASE_URL=$uri`nCOMFYUI_USERNAME=ada`nCOMFYUI_PASSWORD='$($secrets.password)'`n")
            try { Connect-ComfyUI -EnvFile $file -LogPath $log } finally { Remove-Item $file }
        }
    }

    # What each cmdlet is called with. A cmdlet without an entry fails the first test.
    $cases = [ordered]@{
        'Connect-ComfyUI'           = { param($x) Connect-ComfyUI $x.Uri -Name again -Credential ([pscredential]::new('ada', (ConvertTo-SecureString $x.Secrets.password -AsPlainText -Force))) -Header @{ 'X-Api-Key' = $x.Secrets.key; 'X-Token' = $x.Secrets.token } }
        'Get-ComfyUISession'        = { param($x) Get-ComfyUISession }
        'Get-ComfyUIStatus'         = { param($x) Get-ComfyUIStatus -Session $x.Session }
        'Get-ComfyUINode'           = { param($x) Get-ComfyUINode SaveImage -Session $x.Session -Force }
        'Get-ComfyUIModel'          = { param($x) Get-ComfyUIModel checkpoints -Session $x.Session }
        'Get-ComfyUILog'            = { param($x) Get-ComfyUILog -Session $x.Session }
        'Get-ComfyUITemplate'       = { param($x) Get-ComfyUITemplate -Session $x.Session }
        'Get-ComfyUISetting'        = { param($x) Get-ComfyUISetting -Session $x.Session }
        'Set-ComfyUISetting'        = { param($x) Set-ComfyUISetting Comfy.Canary 1 -PassThru -Session $x.Session }
        'Import-ComfyUIWorkflow'    = { param($x) Import-ComfyUIWorkflow $x.Keyed; Import-ComfyUIWorkflow "$($x.Uri)view?filename=none.png&token=$($x.Secrets.key)" -Session $x.Session }
        'Export-ComfyUIWorkflow'    = { param($x) Export-ComfyUIWorkflow $x.Keyed (Join-Path $x.Folder "$([guid]::NewGuid()).json") -Session $x.Session }
        'ConvertTo-ComfyUIPrompt'   = { param($x) ConvertTo-ComfyUIPrompt $x.Keyed -Session $x.Session }
        'Test-ComfyUIWorkflow'      = { param($x) Test-ComfyUIWorkflow $x.Keyed -Session $x.Session }
        'Get-ComfyUIWorkflowInput'  = { param($x) Get-ComfyUIWorkflowInput $x.Keyed -Session $x.Session }
        'Set-ComfyUIWorkflowInput'  = { param($x) Set-ComfyUIWorkflowInput $x.Keyed @{ 'Canvas.width' = 9 } -Session $x.Session }
        'Invoke-ComfyUIWorkflow'    = { param($x) Invoke-ComfyUIWorkflow $x.Keyed -OutputPath $x.Folder -Session $x.Session; Invoke-ComfyUIWorkflow $x.Failing -NoDownload -Session $x.Session; Invoke-ComfyUIWorkflow $x.Keyed -NoDownload -Session $x.Session -AsJob | Receive-Job -Wait -AutoRemoveJob }
        'Submit-ComfyUIWorkflow'    = { param($x) Submit-ComfyUIWorkflow $x.Keyed -Session $x.Session; Submit-ComfyUIWorkflow $x.Bad -Session $x.Session }
        'Get-ComfyUIJob'            = { param($x) Get-ComfyUIJob -Session $x.Session; Get-ComfyUIJob none -Session $x.Session }
        'Wait-ComfyUIJob'           = { param($x) Wait-ComfyUIJob $x.Id -TimeoutSec 1 -Session $x.Session }
        'Watch-ComfyUIJob'          = { param($x) if ($x.IsPatient) { Watch-ComfyUIJob $x.Id -Session $x.Session } else { Watch-ComfyUIJob abcd -Session $x.Session } }
        'Save-ComfyUIOutput'        = { param($x) Save-ComfyUIOutput $x.Id -OutputPath $x.Folder -Session $x.Session }
        'Stop-ComfyUIJob'           = { param($x) Stop-ComfyUIJob none -Session $x.Session }
        'Send-ComfyUIFile'          = { param($x) Send-ComfyUIFile $x.Picture -Session $x.Session }
        'Send-ComfyUIUserFile'      = { param($x) Send-ComfyUIUserFile $x.Picture -Name canary.png -Force -Session $x.Session }
        'Get-ComfyUIUserFile'       = { param($x) Get-ComfyUIUserFile -Session $x.Session }
        'Save-ComfyUIUserFile'      = { param($x) Save-ComfyUIUserFile workflows/canary.png -OutputPath $x.Folder -Session $x.Session }
        'Remove-ComfyUIUserFile'    = { param($x) Remove-ComfyUIUserFile workflows/canary.png -Session $x.Session }
        'Invoke-ComfyUIRequest'     = { param($x) Invoke-ComfyUIRequest '/features' -Query @{ token = $x.Secrets.key } -Session $x.Session; Invoke-ComfyUIRequest "/none?api_key=$($x.Secrets.key)" -Session $x.Session }
        'Clear-ComfyUIMemory'       = { param($x) Clear-ComfyUIMemory -Session $x.Session }
        'Remove-ComfyUIJob'         = { param($x) Remove-ComfyUIJob $x.Id -Force -Session $x.Session }
        'Clear-ComfyUIQueue'        = { param($x) Clear-ComfyUIQueue -Force -Session $x.Session }
        'Disconnect-ComfyUI'        = { param($x) Disconnect-ComfyUI again }
    }

    # A server in trouble is waited for, for minutes, by who watches a job; a short id is looked up first, and the error comes at once.

    # Runs all cases in one shell and gives everything that came out, as text, in every way in which it can be looked at.
    $drive = {
        param($connect, $cases, $x, $transcript)
        Set-StrictMode -Version Latest
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = $ProgressPreference = 'Continue'
        $ConfirmPreference = 'None'
        $global:Error.Clear()

        function Show($Value) {
            $Value | Out-String -Width 500
            $Value | Format-List * -Force | Out-String -Width 500
            foreach ($one in $Value) {
                "$one"

                # The call that a record came from has what the caller wrote; that is not the module's to hide.
                if ($one -is [System.Management.Automation.InformationalRecord]) { continue }
                if ($one -isnot [System.Management.Automation.ErrorRecord]) {
                    ConvertTo-Json -InputObject $one -Depth 4 -WarningAction Ignore -ErrorAction Ignore
                    [System.Management.Automation.PSSerializer]::Serialize($one, 3)
                    continue
                }

                for ($inner = $one.Exception; $inner; $inner = $inner.InnerException) {
                    $inner.ToString(); $inner.Message; $inner.Data | Out-String
                    $inner | Format-List * -Force | Out-String -Width 500
                    $inner | Select-Object * -ExcludeProperty TargetSite, InnerException, ErrorRecord | ConvertTo-Json -Depth 3 -WarningAction Ignore -ErrorAction Ignore
                }
                $one.ErrorDetails | Format-List * -Force | Out-String -Width 500
                $one.CategoryInfo | Format-List * -Force | Out-String -Width 500
                $one.FullyQualifiedErrorId; "$($one.TargetObject)"
                if ($null -ne $one.TargetObject) { $one.TargetObject | Format-List * -Force | Out-String -Width 500; ConvertTo-Json $one.TargetObject -Depth 3 -WarningAction Ignore -ErrorAction Ignore }
            }
        }

        $null = Start-Transcript $transcript
        if (-not $x.Session) {
            try { $x.Session = & ([scriptblock]::Create($connect)) $x.Uri $x.Secrets $x.Log } catch { Show $_ }
            Show $x.Session
        }

        $ran = foreach ($name in $cases.Keys) {
            $seen = @()
            try { $seen = @(& ([scriptblock]::Create($cases[$name])) $x *>&1) } catch { $seen = @($_) }
            Show $seen
            "ran $name $(@($seen | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count) errors"
        }
        $ran
        foreach ($record in $global:Error) { Show $record }
        (TabExpansion2 -inputScript 'Get-ComfyUIStatus -Session ' -cursorColumn 27).CompletionMatches | Format-List * | Out-String
        $null = Stop-Transcript
    }

    function Invoke-Cases {
        param($Server, [string] $Form, [string] $Folder, [string[]] $Names = $cases.Keys, [switch] $InTrouble)

        $null = New-Item -ItemType Directory $Folder, (Join-Path $Folder inputs), (Join-Path $Folder out) -Force
        $inputs = Join-Path $Folder inputs
        $failing = New-FailingWorkflow "the service refuses $key"
        $bad = New-ImageWorkflow
        $bad['2'].class_type = "None"
        $x = @{
            IsPatient = -not $InTrouble
            Uri = $Server.Uri; Secrets = $secrets; Log = Join-Path $Folder 'run.log'; Session = $null; Id = [guid]::NewGuid().ToString(); Folder = Join-Path $Folder out
            Keyed = New-KeyedWorkflow (New-ImageWorkflow) (Join-Path $inputs keyed.json); Failing = New-KeyedWorkflow $failing (Join-Path $inputs failing.json)
            Bad = New-KeyedWorkflow $bad (Join-Path $inputs bad.json); Picture = $picture
        }
        $texts = [ordered]@{}
        foreach ($name in $Names) { $texts[$name] = $cases[$name].ToString() }
        $result = Invoke-InShell $drive @($connect[$Form].ToString(), $texts, $x, (Join-Path $Folder 'transcript.txt'))
        Remove-Item $inputs -Recurse
        $result
    }

    # Everything that came out, and every file that was written, must be without secrets.
    function Assert-Clean {
        param($Result, [string] $Folder)

        $Result.Failure | Should -BeNullOrEmpty
        $all = @($Result.Output; $Result.Error; $Result.Verbose; $Result.Debug; $Result.Warning; $Result.Information; $Result.Progress) | Out-String -Width 500
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("ada:$password")), [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($token))
        $leaks = @(foreach ($text in @('c4nary') + $encoded) {
                $at = $all.IndexOf($text, [System.StringComparison]::OrdinalIgnoreCase)
                if ($at -ge 0) { $all.Substring([Math]::Max(0, $at - 200), [Math]::Min(400, $all.Length - [Math]::Max(0, $at - 200))) }
                foreach ($file in Get-ChildItem $Folder -Recurse -File -Force) {
                    if ([System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($file.FullName)).Contains($text)) { "$text in $($file.Name)" }
                }
            })
        $leaks | Should -BeNullOrEmpty
        @(Get-ChildItem $Folder -Recurse -File).Count | Should -BeGreaterThan 1 -Because 'log and transcript are searched, too'
    }

    $picture = Join-Path $TestDrive 'picture.png'
    $null = Connect-ComfyUI $open.Uri -Name setup
    Copy-Item (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName $picture
    Disconnect-ComfyUI setup
}

AfterAll { Disconnect-ComfyUI -All; $server, $open | ForEach-Object { Stop-TestServer $_ } }

Describe 'Secrets' {
    AfterEach { $server, $open | ForEach-Object { Reset-TestServer $_ } }

    It 'have a case for every cmdlet of the module' {
        $cases.Keys | Sort-Object | Should -Be (Get-Command -Module ComfyUI -CommandType Cmdlet).Name
    }

    It 'come out nowhere while everything works: <Form>' -TestCases $forms {
        # All cmdlets with one form, and with each other form those that speak to the server in ways of their own: how a cmdlet writes does not
        # depend on the form.
        $names = if ($Form -eq 'password') { $cases.Keys } else { 'Get-ComfyUISession', 'Get-ComfyUIStatus', 'Invoke-ComfyUIWorkflow', 'Invoke-ComfyUIRequest' }
        $folder = Join-Path $TestDrive "good $Form"
        $result = Invoke-Cases $server $Form $folder $names
        @($result.Output) -match '^ran ' | Should -HaveCount @($names).Count
        # It must really have worked, with the credentials.
        $meantToFail = 'Import-ComfyUIWorkflow', 'Invoke-ComfyUIWorkflow', 'Submit-ComfyUIWorkflow', 'Get-ComfyUIJob', 'Wait-ComfyUIJob', 'Watch-ComfyUIJob', 'Save-ComfyUIOutput',
            'Stop-ComfyUIJob', 'Remove-ComfyUIJob', 'Invoke-ComfyUIRequest'
        $failed = @($result.Output) -match '^ran .* [1-9]\d* errors' | ForEach-Object { ($_ -split ' ')[1] }
        $failed | Where-Object { $_ -notin $meantToFail } | Should -BeNullOrEmpty
        (Get-ServerRequest $server POST '*/prompt*').body -join '' | Should -BeLike "*$key*"
        Assert-Clean $result $folder
    }

    It 'come out nowhere when the server repeats them: <Form>, HTTP <Status>' -TestCases @(
        @{ Form = 'password'; Status = 500 }
        @{ Form = 'query'; Status = 200 }
        @{ Form = 'header'; Status = 401 }
    ) {
        # Only after the connection is made: without a session there is little to go wrong.
        # A submission is refused: after any other answer the server is asked for a minute whether it has the job.
        $body = "no $(Get-Echo $Form)"
        $challenge = [uri]::EscapeDataString($(if ($Form -eq 'password') { $password } else { $token }))
        Add-ServerFault $server @{ path = '^/(?!prompt)'; skip = 1; status = $Status; body = $body; content_type = 'application/json'; headers = @{ 'WWW-Authenticate' = $challenge } },
            @{ path = '^/prompt'; status = 400; body = $body }
        $folder = Join-Path $TestDrive "echo $Form $Status"
        $result = Invoke-Cases $server $Form $folder -InTrouble
        @(@($result.Output) -match '^ran .* [1-9]\d* errors').Count | Should -BeGreaterThan 15
        # A file is saved as the server gives it.
        Remove-Item (Join-Path $folder out) -Recurse
        Assert-Clean $result $folder
    }

    It 'come out nowhere when nobody listens: <Form>' -TestCases $forms {
        $folder = Join-Path $TestDrive "away $Form"
        $result = Invoke-Cases @{ Uri = 'http://127.0.0.1:9/' } $Form $folder 'Get-ComfyUISession'
        @($result.Output) -match 'could not be reached' | Should -Not -BeNullOrEmpty
        Assert-Clean $result $folder
    }

    It 'come out nowhere when they are given in the wrong way: <What>' -TestCases @(
        @{ What = 'a token as text'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Token $secret } }
        @{ What = 'a header as text'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Header "X-Api-Key: $secret" } }
        @{ What = 'a header with a line break'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Header @{ 'X-Api-Key' = "$secret`r`nX-Other: 1" } } }
        @{ What = 'a header that is none'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Header @{ "no header" = $secret } } }
        @{ What = 'an address with a blank'; Script = { param($uri, $secret) Connect-ComfyUI "http://ada:$secret@no host/" } }
        @{ What = 'an address of another kind'; Script = { param($uri, $secret) Connect-ComfyUI "ftp://ada:$secret@host/" } }
        @{ What = 'an address as Uri'; Script = { param($uri, $secret) Connect-ComfyUI ([uri] "ftp://ada:$secret@host/") } }
        @{ What = 'a proxy that is none'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Proxy "http://ada:$secret@no host:port/" } }
        @{ What = 'a proxy of another kind'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Proxy "ftp://ada:$secret@host/" } }
        @{ What = 'a proxy that is away'; Script = { param($uri, $secret) Connect-ComfyUI https://comfy.invalid/ -Proxy "http://ada:$secret@127.0.0.1:9/" } }
        @{ What = 'over plain http to another machine'; Script = { param($uri, $secret) Connect-ComfyUI "http://ada:$secret@comfy.invalid/" } }
        @{ What = 'a query over plain http'; Script = { param($uri, $secret) Connect-ComfyUI "http://comfy.invalid/?token=$secret" } }
        @{ What = 'a credential that is a table'; Script = { param($uri, $secret) Connect-ComfyUI $uri -Credential @{ User = 'ada'; Password = $secret } } }
        @{ What = 'a secure string as an input'; Script = { param($uri, $secret, $workflow) $null = Connect-ComfyUI $uri; Invoke-ComfyUIWorkflow $workflow -Parameter @{ 'Save it.filename_prefix' = (ConvertTo-SecureString $secret -AsPlainText -Force) } } }
        @{ What = 'a line of a .env file'; Script = {
                param($uri, $secret)
                $file = New-TemporaryFile
                Set-Content $file "COMFYUI_TOKEN $secret"
                try { Connect-ComfyUI -EnvFile $file.FullName } finally { Remove-Item $file }
            }
        }
    ) {
        $result = Invoke-InShell {
            param($script, $uri, $secret, $workflow)
            try { & ([scriptblock]::Create($script)) $uri $secret $workflow } catch { }
            foreach ($record in $Error) {
                "$record"; $record.Exception.ToString(); $record | Format-List * -Force | Out-String -Width 500; "$($record.TargetObject)"; $record.ErrorDetails | Out-String
                $record.Exception | Format-List * -Force | Out-String -Width 500
                for ($inner = $record.Exception; $inner; $inner = $inner.InnerException) { $inner | Format-List * -Force | Out-String -Width 500 }
            }
        } $Script.ToString(), $open.Uri, 'c4nary-wrong', (New-ImageWorkflow)
        $all = @($result.Output; $result.Error; $result.Warning) | Out-String -Width 500
        $all | Should -Not -BeNullOrEmpty -Because 'it must have failed'
        $all | Should -Not -BeLike '*c4nary*'
    }

    It 'in the address go along with every request and the WebSocket' {
        $null = Connect-ComfyUI "$($open.Uri)?token=c4nary" -Name queried
        $null = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -Session queried -NoDownload
        @(Get-ServerRequest $open GET '/ws*').Count | Should -Be 1
        (Get-ServerRequest $open).path | Where-Object { $_ -notlike '*token=c4nary' } | Should -BeNullOrEmpty
        (Get-ComfyUISession queried).Authentication | Should -Be Query
        "$((Get-ComfyUISession queried).BaseUri)" | Should -Be $open.Uri
    }

    It 'that a workflow brings along are not exported with it' {
        $keyed = New-KeyedWorkflow (New-ImageWorkflow) (Join-Path $TestDrive keyed.json)
        $exported = Export-ComfyUIWorkflow $keyed (Join-Path $TestDrive exported.json)
        Get-Content -Raw $exported | Should -Not -BeLike '*c4nary*'
        Get-Content -Raw $exported | Should -BeLike '*EmptyImage*'
        $copy = Export-ComfyUIWorkflow $keyed (Join-Path $TestDrive exported.png) -Picture $picture
        [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($copy)) | Should -Not -BeLike '*c4nary*'
    }
}
