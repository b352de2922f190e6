<#
.SYNOPSIS
Runs many jobs over one session from many runspaces at once, through a proxy that breaks things at random, and accounts for each of them.

.DESCRIPTION
Starts the test server with its proxy as a process of its own (build first: dotnet build). Returns one object that says what became of
the jobs, whether the server was given any of them twice, and what memory and handles this process held after each part of them.

.EXAMPLE
pwsh -NoProfile -File tests/Soak/soak.ps1

The full form: 2,000 jobs (or a few more, for the runspaces to have equal shares) from 16 runspaces.
#>
param(
    [int] $Jobs = 2000,
    [int] $Runspaces = 16,
    # In how many parts, after each of which it is measured what this process holds.
    [int] $Parts = 4,
    [int] $Seed = 1,
    # The part of requests that something goes wrong with.
    [double] $Rate = 0.05
)

. $PSScriptRoot/../Pester/Common.ps1

# Each runspace runs its share of the jobs, one after the other, and tells of each what became of it.
$share = {
    $ErrorActionPreference = 'Stop'
    Import-Module -Name $using:ModuleManifest
    $lane, $from, $count, $folder, $session = $_, $using:from, $using:perRunspace, $using:folder, $using:session
    foreach ($number in 0..($count - 1)) {
        $index = $from + $lane * $count + $number
        $name = "job-$index-"
        $fails = $index % 10 -eq 9
        $workflow = [ordered]@{
            '1' = @{ class_type = 'EmptyImage'; inputs = @{ width = 32; height = 32; batch_size = 1; color = $index } }
            '2' = @{ class_type = 'SaveImage'; inputs = @{ images = @('1', 0); filename_prefix = $name } }
        }
        if ($fails) {
            $workflow['3'] = @{ class_type = 'RaiseError'; inputs = @{ message = $name; image = @('1', 0) } }
            $workflow['2'].inputs.images = @('3', 0)
        }

        $failures = @()
        try { $ended = @(Invoke-ComfyUIWorkflow $workflow -Session $session -OutputPath $folder -ErrorAction SilentlyContinue -ErrorVariable failures) }
        catch { $ended = @(); $failures = @($_) }
        [pscustomobject]@{
            Name    = $name
            Fails   = $fails
            Results = $ended.Count
            Status  = if ($ended) { "$($ended[0].Status)" } else { 'NotSubmitted' }
            ErrorId = if ($failures) { ($failures[0].FullyQualifiedErrorId -split ',')[0] }
            Hash    = if ($ended -and $ended[0].Files) { (Get-FileHash -LiteralPath $ended[0].Files[0].FullName).Hash }
            File    = if ($ended -and $ended[0].Outputs) { $ended[0].Outputs[0].FileName }
        }
    }
}

function Measure-Process {
    foreach ($round in 1..3) {
        [gc]::Collect(2, [System.GCCollectionMode]::Aggressive, $true, $true)
        [gc]::WaitForPendingFinalizers()
    }

    $process = [System.Diagnostics.Process]::GetCurrentProcess()
    [pscustomobject]@{
        ManagedMB    = [math]::Round([gc]::GetTotalMemory($true) / 1MB, 1)
        WorkingSetMB = [math]::Round($process.WorkingSet64 / 1MB, 1)
        Handles      = $process.HandleCount
        Threads      = $process.Threads.Count
    }
}

$folder = [System.IO.Directory]::CreateTempSubdirectory('comfy-soak-').FullName
$server = Start-TestServer '--chaos-seed', $Seed, '--chaos-rate', $Rate.ToString([cultureinfo]::InvariantCulture)
try {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    # Connecting gives up sooner than a run does.
    $session = $null
    while (-not $session) { try { $session = Connect-ComfyUI $server.Uri } catch [ComfyUI.Client.ComfyUIException] { } }

    $perRunspace = [int][math]::Ceiling($Jobs / $Parts / $Runspaces)
    $outcomes = [System.Collections.Generic.List[object]]::new()
    $measured = foreach ($part in 0..($Parts - 1)) {
        $from = $part * $perRunspace * $Runspaces
        0..($Runspaces - 1) | ForEach-Object -ThrottleLimit $Runspaces -Parallel $share | ForEach-Object { $outcomes.Add($_) }
        Measure-Process
    }

    # What the server was really given, and what it made of it.
    $taken = @{}
    foreach ($request in (Get-ServerRequest $server POST '*/prompt')) {
        if ($request.status -eq 200 -and $request.body -match 'job-\d+-') { $taken[$Matches[0]]++ }
    }

    $outputFolder = (Get-ServerState $server).output_directory
    $wrong = foreach ($outcome in $outcomes) {
        $times = [int]$taken[$outcome.Name]
        $right = if ($outcome.Results -eq 0) { $times -eq 0 -and $outcome.ErrorId -in 'SubmissionUnknown', 'ConnectionFailed', 'TooManyRequests' }
        elseif ($outcome.Fails) { $times -eq 1 -and $outcome.Status -eq 'Failed' -and $outcome.ErrorId -eq 'ExecutionFailed' }
        else {
            $times -eq 1 -and $outcome.Status -eq 'Completed' -and -not $outcome.ErrorId -and
            $outcome.Hash -eq (Get-FileHash -LiteralPath (Join-Path $outputFolder $outcome.File)).Hash
        }
        if (-not $right -or $outcome.Results -gt 1) { "$outcome taken $times" }
    }

    [pscustomobject]@{
        Jobs      = $outcomes.Count
        Runspaces = $Runspaces
        Rate      = $Rate
        Outcomes  = ($outcomes | Group-Object { $_.ErrorId ?? $_.Status } | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) -join ', '
        Doubled   = @($taken.Values | Where-Object { $_ -gt 1 }).Count
        Wrong     = @($wrong)
        Held      = @($measured)
        Seconds   = [math]::Round($watch.Elapsed.TotalSeconds)
    }
}
finally {
    Disconnect-ComfyUI -All
    Stop-TestServer $server
    Remove-Item -LiteralPath $folder -Recurse -Force
}
