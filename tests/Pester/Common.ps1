# What the Pester files share: a test server of one's own, workflows for it, runspaces whose streams can be looked at, and waiting on
# conditions. Dot-source it in BeforeAll.

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$RepositoryRoot = Split-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -Parent
$ModuleManifest = Join-Path $RepositoryRoot 'ComfyUI.psd1'

# The tests decide what the environment says.
Remove-Item -Path Env:COMFYUI_* -Exclude COMFYUI_TEST_* -ErrorAction Ignore
$env:COMFYUI_CACHE_PATH = Join-Path ([System.IO.Path]::GetTempPath()) 'comfy-cache'
Import-Module -Name $ModuleManifest

# --- The server ---------------------------------------------------------------------------------------------------------------------

function Find-TestServer {
    if ($env:COMFYUI_TEST_SERVER) { return $env:COMFYUI_TEST_SERVER }
    $built = Join-Path $RepositoryRoot 'tests/ComfyUI.TestServer/bin/*/net10.0/ComfyUI.TestServer.dll'
    $newest = Get-Item -Path $built -ErrorAction Ignore | Sort-Object -Property LastWriteTime | Select-Object -Last 1
    if (-not $newest) { throw "The test server is not built: run 'dotnet build' first." }
    $newest.FullName
}

# Starts a test server as a process of its own, which ends with this one, and returns it when it listens.
function Start-TestServer {
    param([string[]] $Arguments = @(), [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate)

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($argument in @((Find-TestServer), '--port', '0', '--exit-on-stdin-close') + $Arguments) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if ($line -notmatch ' listening on (\S+)$') { throw "The test server did not start: $line" }
    $address = $Matches[1]

    $handler = [System.Net.Http.HttpClientHandler]::new()
    $handler.UseProxy = $false
    $handler.ServerCertificateCustomValidationCallback = [System.Net.Http.HttpClientHandler]::DangerousAcceptAnyServerCertificateValidator
    if ($Certificate) { $null = $handler.ClientCertificates.Add($Certificate) }
    $client = [System.Net.Http.HttpClient]::new($handler)
    $client.BaseAddress = $address
    $client.Timeout = '0:0:20'
    [pscustomobject]@{ Uri = $address; Process = $process; Client = $client }
}

function Stop-TestServer {
    param($Server)

    if (-not $Server) { return }
    $Server.Client.Dispose()
    $Server.Process.StandardInput.Close()
    if (-not $Server.Process.WaitForExit(5000)) { $Server.Process.Kill($true) }
    $Server.Process.Dispose()
}

# Calls a control route: 'pause', 'resume', 'release', 'restart', 'drop-sockets', 'forget-history', 'faults', 'requests', 'state'.
function Invoke-ServerControl {
    param($Server, [string] $Route, [string] $Method = 'POST', $Body)

    $request = [System.Net.Http.HttpRequestMessage]::new($Method, "_test/$Route")
    if ($null -ne $Body) { $request.Content = [System.Net.Http.StringContent]::new((ConvertTo-Json -InputObject $Body -Depth 10)) }
    $response = $Server.Client.SendAsync($request).GetAwaiter().GetResult()
    $null = $response.EnsureSuccessStatusCode()
    $text = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    if ($text) { , (ConvertFrom-Json -InputObject $text) }
}

function Get-ServerState { param($Server) Invoke-ServerControl $Server state GET }

# The requests so far, the log's newest last; the path is a pattern of what follows the address.
function Get-ServerRequest {
    param($Server, [string] $Method = '*', [string] $Path = '*')

    foreach ($request in (Invoke-ServerControl $Server requests GET)) {
        if ($request.method -like $Method -and $request.path -like $Path) { $request }
    }
}

function Add-ServerFault { param($Server, [hashtable[]] $Fault) $null = Invoke-ServerControl $Server faults POST @($Fault) }

# Forgets faults, requests, queue and history, so that the next test finds a quiet server.
function Reset-TestServer {
    param($Server)

    $null = Invoke-ServerControl $Server faults DELETE
    $null = Invoke-ServerControl $Server resume
    $state = Get-ServerState $Server
    if (@($state.running).Count -or @($state.pending).Count) {
        $null = $Server.Client.PostAsync('queue', [System.Net.Http.StringContent]::new('{"clear": true}')).GetAwaiter().GetResult()
        $null = $Server.Client.PostAsync('interrupt', [System.Net.Http.StringContent]::new('{}')).GetAwaiter().GetResult()
        Wait-Until { $now = Get-ServerState $Server; -not (@($now.running).Count -or @($now.pending).Count) } 'the server is idle'
    }

    $null = Invoke-ServerControl $Server forget-history
    $null = Invoke-ServerControl $Server requests DELETE
}

# Asks again and again until the answer is true; the limit is for what is broken, not for what is slow.
function Wait-Until {
    param([scriptblock] $Condition, [string] $What, [int] $TimeoutSec = 60)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $TimeoutSec) { throw "After $TimeoutSec s still not true: $What." }
        [System.Threading.Thread]::Sleep(20)
    }
}

# --- Workflows ----------------------------------------------------------------------------------------------------------------------

# A small picture, saved. Equal colours are taken from the server's cache, so each call makes another.
$script:nextColor = 0
function New-ImageWorkflow {
    param([string] $Prefix = 'picture', [int] $Color = (++$script:nextColor), [int] $BatchSize = 1)

    [ordered]@{
        '1' = [ordered]@{
            class_type = 'EmptyImage'
            inputs     = [ordered]@{ width = 8; height = 8; batch_size = $BatchSize; color = $Color }
            _meta      = @{ title = 'Canvas' }
        }
        '2' = [ordered]@{ class_type = 'SaveImage'; inputs = [ordered]@{ images = @('1', 0); filename_prefix = $Prefix }; _meta = @{ title = 'Save it' } }
    }
}

# The same with a node that takes time, shows its steps, and has a seed.
function New-SlowWorkflow {
    param([double] $Seconds = 60, [int] $Steps = 600, [string] $Prefix = 'slow')

    $workflow = New-ImageWorkflow -Prefix $Prefix
    $workflow['3'] = [ordered]@{
        class_type = 'SleepProgress'
        inputs     = [ordered]@{ image = @('1', 0); seconds = $Seconds; steps = $Steps; seed = 0; preview = $false; format = 'JPEG' }
        _meta      = @{ title = 'Slow node' }
    }
    $workflow['2'].inputs.images = @('3', 0)
    $workflow
}

function New-SeedWorkflow { New-SlowWorkflow -Seconds 0 -Steps 1 -Prefix 'seeded' }

function New-FailingWorkflow {
    param([string] $Message = 'boom')

    $workflow = New-ImageWorkflow
    $workflow['3'] = [ordered]@{ class_type = 'RaiseError'; inputs = [ordered]@{ message = $Message; image = @('1', 0) }; _meta = @{ title = 'Trouble' } }
    $workflow['4'] = [ordered]@{ class_type = 'PreviewImage'; inputs = [ordered]@{ images = @('3', 0) } }
    $workflow['2'].inputs.filename_prefix = 'before'
    $workflow
}

function Save-Workflow {
    param($Workflow, [string] $Path)

    [System.IO.File]::WriteAllText($Path, (ConvertTo-Json -InputObject $Workflow -Depth 20))
    $Path
}

# The prompt of a POST /prompt, as the server's log has it.
function Get-SentPrompt {
    param($Server, [int] $Index = -1)

    @(Get-ServerRequest $Server POST '*/prompt')[$Index].body | ConvertFrom-Json | ForEach-Object prompt
}

# --- PowerShell ---------------------------------------------------------------------------------------------------------------------

# A PowerShell in a runspace of its own, which has the module, with a script to run: so that its streams can be looked at, and that it can
# be stopped as Ctrl+C stops it. Dispose it with Remove-TestShell.
function New-TestShell {
    param([scriptblock] $Script, [object[]] $Arguments = @(), [hashtable] $Variables = @{})

    $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $initial.ImportPSModule($ModuleManifest)
    foreach ($entry in $Variables.GetEnumerator()) {
        $initial.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new($entry.Key, $entry.Value, ''))
    }

    $runspace = [runspacefactory]::CreateRunspace($initial)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $null = $shell.AddScript($Script.ToString())
    foreach ($argument in $Arguments) { $null = $shell.AddArgument($argument) }
    $shell
}

function Remove-TestShell {
    param($Shell)

    if (-not $Shell) { return }
    $runspace = $Shell.Runspace
    $Shell.Dispose()
    $runspace.Dispose()
}

# Runs a script in a runspace of its own and returns what came out of each stream.
function Invoke-InShell {
    param([scriptblock] $Script, [object[]] $Arguments = @(), [hashtable] $Variables = @{})

    $shell = New-TestShell $Script $Arguments $Variables
    try {
        $output = @()
        $failure = $null
        try { $output = @($shell.Invoke()) } catch { $failure = $_.Exception.InnerException ?? $_.Exception }
        [pscustomobject]@{
            Output      = $output
            Failure     = $failure
            Error       = @($shell.Streams.Error)
            Warning     = @($shell.Streams.Warning)
            Verbose     = @($shell.Streams.Verbose)
            Debug       = @($shell.Streams.Debug)
            Information = @($shell.Streams.Information)
            Progress    = @($shell.Streams.Progress)
        }
    }
    finally { Remove-TestShell $shell }
}

# Runs a script block that must fail and returns its error record.
function Get-Failure {
    param([scriptblock] $Script)

    try { $null = & $Script } catch { return $_ }
    throw 'There was no error.'
}

function ConvertTo-Secret { param([string] $Text) ConvertTo-SecureString -String $Text -AsPlainText -Force }

function New-TestCredential { param([string] $UserName, [string] $Text) [pscredential]::new($UserName, (ConvertTo-Secret $Text)) }
