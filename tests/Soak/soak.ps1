<#
.SYNOPSIS
Runs many jobs over one session from many runspaces at once, through a proxy that breaks things at random, and accounts for each of them.

.DESCRIPTION
Starts the test server with its proxy as a process of its own (build first: dotnet build). Returns one object that says what became of
the jobs, whether the server was given any of them twice, and what memory and handles this process held after each part of them. Ends with
exit code 1 when a job is lost, wrong or doubled, or when memory or handles have grown in the last half by more than they may.

.EXAMPLE
pwsh -NoProfile -File tests/Soak/soak.ps1

The full form: 2,000 jobs (or a few more, for the runspaces to have equal shares) from 16 runspaces.
#>
param(
    [int] $Jobs = 2000,
    [int] $Runspaces = 16,
    # In how many parts, after each of which it is measured what this process holds. An even number, for there is a last half.
    [int] $Parts = 4,
    # What managed memory may have grown by in the last half, after the garbage was collected, and handles likewise.
    [double] $MostGrowthMB = 2,
    [int] $MostMoreHandles = 40,
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
$isRight = $false
$server = Start-TestServer '--chaos-seed', $Seed, '--chaos-rate', $Rate.ToString([cultureinfo]::InvariantCulture)
try {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    # Connecting gives up sooner than a run does.
    $session = $null
    while (-not $session) { try { $session = Connect-ComfyUI $server.Uri } catch [ComfyUI.Client.ComfyUIException] { } }

    $perRunspace = [int][math]::Ceiling($Jobs / $Parts / $Runspaces)

    # What became of each job goes to a file: it is not to be measured with what the module holds.
    $records = Join-Path $folder 'outcomes.jsonl'
    $measured = foreach ($part in 0..($Parts - 1)) {
        $from = $part * $perRunspace * $Runspaces
        0..($Runspaces - 1) | ForEach-Object -ThrottleLimit $Runspaces -Parallel $share |
            ForEach-Object { [System.IO.File]::AppendAllText($records, (ConvertTo-Json $_ -Compress) + "`n") }
        Measure-Process
    }

    # What the server was really given, and what it made of it.
    $taken = @{}
    foreach ($request in (Get-ServerRequest $server POST '*/prompt')) {
        if ($request.status -eq 200 -and $request.body -match 'job-\d+-') { $taken[$Matches[0]]++ }
    }

    $outputFolder = (Get-ServerState $server).output_directory
    $outcomes = @(Get-Content -LiteralPath $records | ConvertFrom-Json)
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

    $growth = [math]::Round($measured[-1].ManagedMB - $measured[$Parts / 2 - 1].ManagedMB, 1)
    $moreHandles = $measured[-1].Handles - $measured[$Parts / 2 - 1].Handles
    $doubled = @($taken.Values | Where-Object { $_ -gt 1 }).Count
    $isRight = -not $wrong -and -not $doubled -and $outcomes.Count -eq $perRunspace * $Runspaces * $Parts -and
        $growth -le $MostGrowthMB -and $moreHandles -le $MostMoreHandles
    [pscustomobject]@{
        IsRight   = $isRight
        Jobs      = $outcomes.Count
        Runspaces = $Runspaces
        Rate      = $Rate
        Outcomes  = ($outcomes | Group-Object { $_.ErrorId ?? $_.Status } | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) -join ', '
        Doubled   = $doubled
        Wrong     = @($wrong)
        # In the last half.
        GrowthMB  = $growth
        MoreHandles = $moreHandles
        Held      = @($measured)
        Seconds   = [math]::Round($watch.Elapsed.TotalSeconds)
    }
}
finally {
    Disconnect-ComfyUI -All
    Stop-TestServer $server
    Remove-Item -LiteralPath $folder -Recurse -Force
}

exit [int](-not $isRight)
