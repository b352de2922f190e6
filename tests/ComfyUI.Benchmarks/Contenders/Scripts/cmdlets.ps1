# The module's cmdlets, as a script would use them.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module (Join-Path $env:COMFYUI_BENCHMARK_ROOT 'ComfyUI.psd1')

function Get-Elapsed([long] $Started) { [System.Diagnostics.Stopwatch]::GetElapsedTime($Started).TotalMilliseconds }

function Invoke-Command($Command) {
    $now = { [System.Diagnostics.Stopwatch]::GetTimestamp() }
    switch ($Command.command) {
        'connect' {
            $script:folder = $Command.folder
            $null = Connect-ComfyUI -BaseUri $Command.uri
            return @{}
        }
        'run' {
            $times = [double[]]::new($Command.count)
            $completed = 0
            for ($i = 0; $i -lt $Command.count; $i++) {
                $started = & $now
                $job = Invoke-ComfyUIWorkflow $Command.prompt -OutputPath $script:folder -Force
                $times[$i] = Get-Elapsed $started
                if ($job.Status -eq 'Completed') { $completed++ }
            }
            return @{ ms = $times; completed = $completed }
        }
        'many' {
            $started = & $now
            $jobs = @(1..$Command.count | ForEach-Object { $Command.prompt } |
                    Invoke-ComfyUIWorkflow -OutputPath $script:folder -Force -ThrottleLimit ([Math]::Min($Command.count, 256)))
            $took = Get-Elapsed $started
            return @{ ms = @($took); completed = @($jobs | Where-Object Status -eq 'Completed').Count }
        }
        'download' {
            $started = & $now
            $null = Save-ComfyUIOutput -Id $Command.job -OutputPath $script:folder -Force
            return @{ ms = @(Get-Elapsed $started); completed = 1 }
        }
        'upload' {
            $started = & $now
            $null = Send-ComfyUIFile $Command.path -Force
            return @{ ms = @(Get-Elapsed $started); completed = 1 }
        }
        'complete' {
            $null = Get-ComfyUINode -Name $Command.class
            $times = foreach ($i in 1..$Command.count) {
                $started = & $now
                $found = TabExpansion2 -inputScript $Command.text -cursorColumn $Command.text.Length
                Get-Elapsed $started
            }
            return @{ ms = @($times); completed = $found.CompletionMatches.Count }
        }
        default { throw 'not supported' }
    }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
    try { $answer = Invoke-Command (ConvertFrom-Json $line) }
    catch { $answer = @{ error = "$_" } }
    [Console]::Out.WriteLine((ConvertTo-Json $answer -Compress -Depth 4))
}
