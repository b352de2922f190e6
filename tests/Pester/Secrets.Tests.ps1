# Known credentials in every form, through every cmdlet and through every failure: they may come out nowhere.

BeforeDiscovery {
    $faults = @(
        @{ Fault = 'HTTP 401'; Rule = @{ status = 401 } }
        @{ Fault = 'HTTP 403'; Rule = @{ status = 403 } }
        @{ Fault = 'HTTP 404'; Rule = @{ status = 404 } }
        @{ Fault = 'HTTP 500'; Rule = @{ status = 500 } }
        # What Invoke-ComfyUIRequest brings is as the server says it: its routes are left out.
        @{ Fault = 'a page'; Rule = @{ path = '^/(?!features|none)'; status = 200; content_type = 'text/html'; body = '<html><title>Sign in</title>' } }
        @{ Fault = 'JSON that breaks off'; Rule = @{ status = 200; content_type = 'application/json'; body = '{"said": ' } }
        @{ Fault = 'JSON of another kind'; Rule = @{ status = 200; content_type = 'application/json'; body = '["c"]' }; Echoes = $false }
        # A WebSocket that does not open is waited for, and says nothing.
        @{ Fault = 'no answer in time'; Rule = @{ path = '^/(?!ws)'; action = 'hold' }; TimeoutSec = 0.02 }
        @{ Fault = 'a refused connection'; Uri = 'http://127.0.0.1:9/' }
        @{ Fault = 'a certificate that nobody trusts'; Secure = $true }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Each has a core that no way of writing it changes; the rest of it is written differently by JSON, HTML, addresses and base64.
    $secrets = @{
        password = 'c4nary"<pass>&wörd'
        token    = 'c4nary-token+/='
        header   = 'c4nary-header&"key"'
        query    = 'c4nary query/+&key'
        key      = 'c4nary-key-of-a-paid-service'
    }
    $encoded = "ada:$($secrets.password)", $secrets.token, $secrets.header | ForEach-Object { [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($_)) }
    $server = Start-TestServer -Arguments '--username', 'ada', '--password', $secrets.password, '--bearer-token', $secrets.token
    $untrusted = Start-TestServer -Arguments '--https'
    $open = Start-TestServer

    # The workflow brings along a key of a paid service, as the browser's own does.
    function New-KeyedWorkflow { param($Workflow, [string] $Path) Save-Workflow @{ prompt = $Workflow; extra_data = @{ api_key_comfy_org = $secrets.key } } $Path }

    # What is sent with every request can be given in six ways. A header and a part of the address go along with each of them.
    $connect = [ordered]@{
        'credential'    = { param($uri, $secrets, $more) Connect-ComfyUI $uri @more -Credential ([pscredential]::new('ada', (ConvertTo-SecureString $secrets.password -AsPlainText -Force))) }
        'token'         = { param($uri, $secrets, $more) Connect-ComfyUI $uri @more -Token (ConvertTo-SecureString $secrets.token -AsPlainText -Force) }
        'authorization' = { param($uri, $secrets, $more) $more.Header.Authorization = "Bearer $($secrets.token)"; Connect-ComfyUI $uri @more }
        'address'       = { param($uri, $secrets, $more) Connect-ComfyUI ($uri -replace '//', "//ada:$([uri]::EscapeDataString($secrets.password))@") @more }
        'environment'   = {
            param($uri, $secrets, $more)
            $env:COMFYUI_BASE_URL = $uri; $env:COMFYUI_USERNAME = 'ada'; $env:COMFYUI_PASSWORD = $secrets.password
            try { Connect-ComfyUI @more } finally { Remove-Item Env:COMFYUI_BASE_URL, Env:COMFYUI_USERNAME, Env:COMFYUI_PASSWORD }
        }
        'env file'      = {
            param($uri, $secrets, $more)
            # The test's own file: it is not among those that are searched.
            $file = Join-Path ([System.IO.Path]::GetTempPath()) "$([guid]::NewGuid()).env"
            [System.IO.File]::WriteAllText($file, "COMFYUI_BASE_URL=$uri`nCOMFYUI_USERNAME=ada`nCOMFYUI_PASSWORD='$($secrets.password)'`n")
            try { Connect-ComfyUI -EnvFile $file @more } finally { Remove-Item $file }
        }
    }

    # What each cmdlet is called with, in an order in which each finds what it needs. A cmdlet without an entry fails the first test.
    $cases = [ordered]@{
        'Connect-ComfyUI'          = { param($x) Connect-ComfyUI $x.Uri -Name again -Credential ([pscredential]::new('ada', (ConvertTo-SecureString $x.Secrets.password -AsPlainText -Force))) -Header @{ 'X-Api-Key' = $x.Secrets.header; 'X-Token' = $x.Secrets.token } -TimeoutSec $x.TimeoutSec }
        'Get-ComfyUISession'       = { param($x) Get-ComfyUISession }
        'Get-ComfyUIStatus'        = { param($x) Get-ComfyUIStatus -Session $x.Session }
        'Get-ComfyUINode'          = { param($x) Get-ComfyUINode SaveImage -Session $x.Session -Force }
        'Get-ComfyUIModel'         = { param($x) Get-ComfyUIModel checkpoints -Session $x.Session }
        'Get-ComfyUITemplate'      = { param($x) Get-ComfyUITemplate -Session $x.Session }
        'Get-ComfyUISetting'       = { param($x) Get-ComfyUISetting -Session $x.Session }
        'Set-ComfyUISetting'       = { param($x) Set-ComfyUISetting Comfy.Canary 1 -PassThru -Session $x.Session }
        'Import-ComfyUIWorkflow'   = { param($x) Import-ComfyUIWorkflow $x.Keyed; Import-ComfyUIWorkflow "$($x.Session.BaseUri)view?filename=none.png&token=$([uri]::EscapeDataString($x.Secrets.query))" -Session $x.Session }
        'Export-ComfyUIWorkflow'   = { param($x) Export-ComfyUIWorkflow $x.Keyed (Join-Path $x.Folder "$([guid]::NewGuid()).json") -Session $x.Session }
        'ConvertTo-ComfyUIPrompt'  = { param($x) ConvertTo-ComfyUIPrompt $x.Keyed -Session $x.Session }
        'Test-ComfyUIWorkflow'     = { param($x) Test-ComfyUIWorkflow $x.Keyed -Session $x.Session }
        'Get-ComfyUIWorkflowInput' = { param($x) Get-ComfyUIWorkflowInput $x.Keyed -Session $x.Session }
        'Set-ComfyUIWorkflowInput' = { param($x) Set-ComfyUIWorkflowInput $x.Keyed @{ 'Canvas.width' = 9 } -Session $x.Session }
        'Submit-ComfyUIWorkflow'   = { param($x) Submit-ComfyUIWorkflow $x.Keyed -Session $x.Session | ForEach-Object { $x.Id = $_.Id; $_ }; Submit-ComfyUIWorkflow $x.Bad -Session $x.Session }
        'Wait-ComfyUIJob'          = { param($x) Wait-ComfyUIJob -Id $x.Id -Session $x.Session }
        'Get-ComfyUIJob'           = { param($x) Get-ComfyUIJob -First 3 -Session $x.Session; Get-ComfyUIJob none -Session $x.Session }
        'Watch-ComfyUIJob'         = { param($x) Watch-ComfyUIJob -Id $x.Id -Session $x.Session }
        'Save-ComfyUIOutput'       = { param($x) Save-ComfyUIOutput -Id $x.Id -OutputPath $x.Folder -Session $x.Session }
        'Invoke-ComfyUIWorkflow'   = { param($x) Invoke-ComfyUIWorkflow $x.Keyed -OutputPath $x.Folder -Session $x.Session; Invoke-ComfyUIWorkflow $x.Keyed -NoDownload -Session $x.Session -AsJob | Receive-Job -Wait -AutoRemoveJob }
        'Get-ComfyUILog'           = {
            param($x)
            # A session knows its own credentials: what the log says of another form's is that one's to look at.
            filter Select-Own { if ($_ -isnot [ComfyUI.Client.ComfyUILogEntry] -or $_.Message -notlike '* refuses *' -or $_.Message -like "*$($x.Form) refuses*") { $_ } }
            Get-ComfyUILog 20 -Session $x.Session | Select-Own

            # What fails once the log is followed is pushed: in its first line and in its traceback.
            $begun = $false
            $pushed = 0
            do {
                Get-ComfyUILog -Follow -Tail 1 -Session $x.Session | ForEach-Object {
                    if (-not $begun) { $begun = $true; Invoke-ComfyUIWorkflow $x.Failing -NoDownload -Session $x.Session }
                    $_ | Select-Own
                    if ($_.Message -like "*$($x.Form) refuses*" -and ++$pushed -ge 2) { break }
                }
            } while ($false)
        }
        'Stop-ComfyUIJob'          = { param($x) Stop-ComfyUIJob none -Session $x.Session }
        'Send-ComfyUIFile'         = { param($x) Send-ComfyUIFile $x.Picture -Session $x.Session }
        'Send-ComfyUIUserFile'     = { param($x) Send-ComfyUIUserFile $x.Picture -Name "$($x.Form).png" -Force -Session $x.Session }
        'Get-ComfyUIUserFile'      = { param($x) Get-ComfyUIUserFile -Session $x.Session }
        'Save-ComfyUIUserFile'     = { param($x) Save-ComfyUIUserFile "workflows/$($x.Form).png" -OutputPath $x.Folder -Session $x.Session }
        'Remove-ComfyUIUserFile'   = { param($x) Remove-ComfyUIUserFile "workflows/$($x.Form).png" -Session $x.Session }
        'Invoke-ComfyUIRequest'    = { param($x) Invoke-ComfyUIRequest '/features' -Query @{ token = $x.Secrets.query } -Session $x.Session; Invoke-ComfyUIRequest "/none?api_key=$([uri]::EscapeDataString($x.Secrets.query))" -Session $x.Session }
        'Clear-ComfyUIMemory'      = { param($x) Clear-ComfyUIMemory -Session $x.Session }
        'Remove-ComfyUIJob'        = { param($x) Remove-ComfyUIJob -Id $x.Id -Session $x.Session }
        'Clear-ComfyUIQueue'       = { param($x) Clear-ComfyUIQueue -Force -Session $x.Session }
        'Disconnect-ComfyUI'       = { param($x) Disconnect-ComfyUI again }
    }

    # A clock that does not wait: whoever is patient with a server in trouble has been so for minutes after a few tries.
    Add-Type -TypeDefinition @"
        using System;
        using System.Threading;

        public sealed class HurriedClock : TimeProvider
        {
            private long _seconds;

            public override long TimestampFrequency => 1;

            public override long GetTimestamp() => Interlocked.Add(ref _seconds, 600);

            public override ITimer CreateTimer(TimerCallback callback, object state, TimeSpan due, TimeSpan period)
            {
                var timer = new Once(callback, state);
                timer.Change(due, period);
                return timer;
            }

            private sealed class Once(TimerCallback callback, object state) : ITimer
            {
                public bool Change(TimeSpan due, TimeSpan period)
                    => due == Timeout.InfiniteTimeSpan || ThreadPool.QueueUserWorkItem(_ => callback(state));

                public void Dispose() { }

                public System.Threading.Tasks.ValueTask DisposeAsync() => default;
            }
        }
"@

    function Set-HurriedClock {
        param($Session)

        $private = [System.Reflection.BindingFlags] 'Instance, NonPublic'
        $pipeline = [ComfyUI.Client.ComfyUISession].GetField('_pipeline', $private).GetValue($Session)
        $watches = $pipeline.GetType().GetField('_retryClock', $private).GetValue($pipeline), [ComfyUI.Client.JobOperations].GetField('_watch', $private).GetValue($Session.Jobs)
        foreach ($watch in $watches) { $watch.GetType().GetField('<clock>P', $private).SetValue($watch, [HurriedClock]::new()) }
    }

    # Makes the session; run in the form's own shell.
    $begin = {
        param($connect, $x, $secrets, $transcript)
        Set-StrictMode -Version Latest
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = $ProgressPreference = 'Continue'
        $ConfirmPreference = 'None'
        $global:Error.Clear()
        if ($transcript) { $null = Start-Transcript $transcript }
        $x.Session = & ([scriptblock]::Create($connect)) $x.Uri $secrets $x.More
        $x.Session
    }

    # Runs all cases and gives everything that came out, and how it looks.
    $drive = {
        param($cases, $x, $made, $look)
        $all = @($made; foreach ($name in $cases.Keys) {
            $seen = @()
            try { $seen = @(& ([scriptblock]::Create($cases[$name])) $x *>&1) } catch { $seen = @($_) }
            $seen
            "ran $name $(@($seen | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count)"
        }
        $global:Error
        (TabExpansion2 -inputScript 'Get-ComfyUIStatus -Session ' -cursorColumn 27).CompletionMatches)
        [pscustomobject]@{ All = $all; Text = (& ([scriptblock]::Create($look)) $all) -join "`n" }
        Disconnect-ComfyUI -All
        if ($x.Transcript) { $null = Stop-Transcript }
    }

    # Everything that came out as text, in every way in which it can be looked at.
    $look = {
        param($all)
        $known = [System.Collections.Generic.HashSet[object]]::new([System.Collections.Generic.ReferenceEqualityComparer]::Instance)
        $texts = [System.Collections.Generic.List[object]]::new()
        $objects = [System.Collections.Generic.List[object]]::new()
        $exceptions = [System.Collections.Generic.List[object]]::new()
        $records = [System.Collections.Generic.List[object]]::new()

        # A record is in the output and in $Error: it looks the same in both.
        $views = [System.Collections.Generic.List[object]]::new()
        foreach ($one in $all) {
            if ($null -eq $one -or -not $known.Add($one.PSObject.BaseObject)) { continue }

            # The call that a record came from has what the caller wrote; that is not the module's to hide.
            if ($one -is [string] -or $one -is [System.Management.Automation.InformationalRecord] -or $one -is [System.Management.Automation.ProgressRecord]) { $texts.Add($one); continue }
            if ($one -isnot [System.Management.Automation.ErrorRecord]) { $objects.Add($one); continue }
            $records.Add($one)
            if (-not $known.Contains($one.Exception)) { $views.Add($one) }
            for ($inner = $one.Exception; $inner -and $known.Add($inner); $inner = $inner.InnerException) { $exceptions.Add($inner) }
            if ($null -ne $one.TargetObject -and $known.Add($one.TargetObject.PSObject.BaseObject)) { $objects.Add($one.TargetObject) }
        }

        foreach ($one in $texts) { "$one" }
        foreach ($one in $objects) { "$one" }
        foreach ($one in $records) {
            "$one"; $one.FullyQualifiedErrorId; "$($one.TargetObject)"; "$($one.CategoryInfo)"
            if ($one.ErrorDetails) { $one.ErrorDetails.Message; $one.ErrorDetails.RecommendedAction }
        }
        foreach ($one in $exceptions) {
            $one.ToString(); $one.Message; $one.Data.Keys; $one.Data.Values
            foreach ($property in $one.PSObject.Properties) { if ($property.Name -notin 'TargetSite', 'InnerException') { "$($property.Name) $($property.Value)" } }
        }
        @($objects) + @($views) | Out-String -Width 500
        @($objects) + @($views) + @($exceptions) | Format-List * -Force | Out-String -Width 500
        foreach ($one in $objects) { ConvertTo-Json -InputObject $one -Depth 4 -WarningAction Ignore -ErrorAction Ignore }
        [System.Management.Automation.PSSerializer]::Serialize(@($objects), 3)
    }

    $shells = [ordered]@{}
    foreach ($form in $connect.Keys) { $shells[$form] = New-TestShell {} }
    $picture = Join-Path $TestDrive 'picture.png'
    $null = Connect-ComfyUI $open.Uri -Name setup
    Copy-Item (Invoke-ComfyUIWorkflow (New-ImageWorkflow) -OutputPath $TestDrive).Files[0].FullName $picture
    Disconnect-ComfyUI setup

    # Runs a script in a form's shell without waiting for it.
    function Start-InShell {
        param([string] $Form, [scriptblock] $Script, [object[]] $Arguments)

        $shell = $shells[$Form]
        $shell.Commands.Clear()
        $null = $shell.AddScript($Script.ToString())
        foreach ($argument in $Arguments) { $null = $shell.AddArgument($argument) }
        $shell.BeginInvoke()
    }

    # Runs all cases with all forms, each form in a shell of its own, at the same time, and gives what came of each.
    function Invoke-Cases {
        param([string] $Uri, [string] $Folder, [double] $TimeoutSec = 100, [switch] $InTrouble, [switch] $Transcribes)

        # What comes from the environment is a credential like that of a .env file from then on.
        $drives = foreach ($form in $connect.Keys | Where-Object { -not $InTrouble -or $_ -ne 'environment' }) {
            $shells[$form].Streams.ClearStreams()
            $inputs = Join-Path $Folder "$form inputs"
            $out = Join-Path $Folder "$form out"
            $null = New-Item -ItemType Directory $inputs, $out -Force
            $sent = if ($form -in 'token', 'authorization') { $secrets.token } else { $secrets.password, $encoded[0] }
            $bad = New-ImageWorkflow
            $bad['2'].class_type = 'None'
            $more = @{ Header = @{ 'X-Api-Key' = $secrets.header }; LogPath = Join-Path $Folder "$form.log"; Name = $form; TimeoutSec = $TimeoutSec; SkipCheck = [bool] $InTrouble }
            $x = @{
                Uri = "${Uri}?token=$([uri]::EscapeDataString($secrets.query))"; Form = $form; Secrets = $secrets; TimeoutSec = $TimeoutSec; More = $more; Session = $null
                Id = [guid]::NewGuid().ToString(); Folder = $out; Picture = $picture; Transcript = if ($Transcribes) { Join-Path $Folder "$form transcript.txt" }
                Keyed = New-KeyedWorkflow (New-ImageWorkflow) (Join-Path $inputs keyed.json)
                Failing = New-KeyedWorkflow (New-FailingWorkflow "$form refuses $($secrets.key) $($secrets.query) $($secrets.header) $sent") (Join-Path $inputs failing.json)
                Bad = New-KeyedWorkflow $bad (Join-Path $inputs bad.json)
            }
            # One after the other: the environment is the process's.
            $made = $shells[$form].EndInvoke((Start-InShell $form $begin $connect[$form].ToString(), $x, $secrets, $x.Transcript))
            if ($InTrouble) { Set-HurriedClock $x.Session }
            [pscustomobject]@{ Form = $form; Made = @($made); X = $x; Running = $null; Came = $null }
        }
        $texts = [ordered]@{}
        foreach ($name in $cases.Keys) { $texts[$name] = $cases[$name].ToString() }
        foreach ($one in $drives) { $one.Running = Start-InShell $one.Form $drive $texts, $one.X, $one.Made, $look.ToString() }
        foreach ($one in $drives) { $one.Came = $shells[$one.Form].EndInvoke($one.Running)[0] }
        $drives
    }

    # Where a secret is in a text; nothing when it is not.
    function Find-Secret {
        param([string] $Text)

        foreach ($secret in @('c4nary') + $encoded) {
            $at = $Text.IndexOf($secret, [System.StringComparison]::OrdinalIgnoreCase)
            if ($at -ge 0) { $Text.Substring([Math]::Max(0, $at - 200), [Math]::Min(400, $Text.Length - [Math]::Max(0, $at - 200))) }
        }
    }

    # Everything that came out, and every file that was written, must be without secrets.
    function Assert-Clean {
        param($Drives, [string] $Folder)

        $leaks = @(foreach ($one in $Drives) {
                $streams = $shells[$one.Form].Streams
                # What is merged into the output is not here again; progress and what the session's making said are.
                $shown = foreach ($stream in 'Error', 'Warning', 'Verbose', 'Debug', 'Information', 'Progress') { $streams.$stream | Out-String -Width 500; foreach ($record in $streams.$stream) { "$record" } }
                Find-Secret (($one.Came.Text, $shown) -join "`n") | ForEach-Object { "$($one.Form): $_" }
            })
        foreach ($file in Get-ChildItem $Folder -Recurse -File -Force | Where-Object DirectoryName -NotLike '* inputs') {
            $leaks += Find-Secret ([System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($file.FullName))) | ForEach-Object { "$($file.Name): $_" }
        }
        $leaks | Should -BeNullOrEmpty
        if ($Drives[0].X.Transcript) { @(Get-ChildItem $Folder -File -Filter '*transcript.txt').Count | Should -Be $connect.Count }
        @(Get-ChildItem $Folder -File).Count | Should -BeGreaterOrEqual $Drives.Count -Because 'each form has a log'
    }
}

AfterAll { Disconnect-ComfyUI -All; $shells.Values | ForEach-Object { Remove-TestShell $_ }; $server, $untrusted, $open | ForEach-Object { Stop-TestServer $_ } }

Describe 'Secrets' {
    AfterEach { $server, $open | ForEach-Object { Reset-TestServer $_ } }

    It 'have a case for every cmdlet of the module' {
        $cases.Keys | Sort-Object | Should -Be (Get-Command -Module ComfyUI -CommandType Cmdlet).Name
    }

    It 'are found wherever they are written: <Where>' -TestCases @(
        @{ Where = 'in a text'; Leak = { 'c4nary' } }
        @{ Where = 'in a property'; Leak = { [pscustomobject]@{ Name = @{ Deep = 'c4nary' } } } }
        @{ Where = 'in the cause of an error'; Leak = { [System.Management.Automation.ErrorRecord]::new([System.Exception]::new('', [System.Exception]::new('c4nary')), 'a', 0, $null) } }
        @{ Where = 'in the target of an error'; Leak = { [System.Management.Automation.ErrorRecord]::new([System.Exception]::new(''), 'a', 0, @{ Key = 'c4nary' }) } }
        @{ Where = 'as it is sent'; Leak = { $encoded[0] } }
    ) {
        Find-Secret ((& $look @(, (& $Leak))) -join "`n") | Should -Not -BeNullOrEmpty
    }

    It 'come out nowhere while everything works' {
        $folder = Join-Path $TestDrive good
        $drives = Invoke-Cases $server.Uri $folder -Transcribes
        # It must really have worked, with the credentials.
        $meantToFail = 'Import-ComfyUIWorkflow', 'Submit-ComfyUIWorkflow', 'Get-ComfyUIJob', 'Get-ComfyUILog', 'Stop-ComfyUIJob', 'Invoke-ComfyUIRequest'
        foreach ($one in $drives) {
            $ran = @($one.Came.All) -match '^ran '
            $ran | Should -HaveCount $cases.Count
            $failed = $ran -match ' [1-9]\d*$' | ForEach-Object { ($_ -split ' ')[1] } | Where-Object { $_ -notin $meantToFail }
            $failed | Should -BeNullOrEmpty -Because "$(@($one.Came.All | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) -join '; ')"
            @($one.Came.All | Where-Object { $_ -is [ComfyUI.Client.ComfyUILogEntry] -and $_.Message -like "*$($one.Form) refuses*" }).Count | Should -BeGreaterThan 1
        }
        (Get-ServerRequest $server POST '*/prompt*').body -join '' | Should -BeLike "*$($secrets.key)*"
        @(Get-ServerRequest $server PATCH '*/logs/subscribe*').Count | Should -Be $connect.Count -Because 'the log is pushed'
        Assert-Clean $drives $folder
    }

    It 'come out nowhere when the server gives <Fault>' -TestCases $faults {
        param($Fault, $Rule, $Uri, $Secure, $Echoes = $true, $TimeoutSec = 100)
        if ($Rule) { Add-ServerFault $server ($Rule + @{ echoes = $Echoes }) }
        $address = if ($Secure) { $untrusted.Uri } elseif ($Uri) { $Uri } else { $server.Uri }
        $folder = Join-Path $TestDrive $Fault
        $drives = Invoke-Cases $address $folder -TimeoutSec $TimeoutSec -InTrouble
        foreach ($one in $drives) {
            $ran = @($one.Came.All) -match '^ran '
            $ran | Should -HaveCount $cases.Count
            @($ran -match ' [1-9]\d*$').Count | Should -BeGreaterThan 19
        }
        # A file is saved as the server gives it.
        Remove-Item (Join-Path $folder '* out') -Recurse
        Assert-Clean $drives $folder
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
